# SPDX-License-Identifier: Apache-2.0
"""The libraries of the flavors that are too heavy for `.venv`, on top of what is in there."""

from __future__ import annotations

import sys

from venvs import (
    ENVS,
    VENV,
    Environment,
    base_interpreter,
    constraints,
    create_venv,
    install,
    remove,
    site_packages,
    uninstall,
)

FLAVORS = ENVS / "flavors"

# Each flavor of MLflow that has no model in the other tests. PyTorch's wheel for Linux does not
# load without CUDA's libraries, so they come along.
FLAVOR_LIBRARIES = (
    "catboost",
    "keras>=3",
    "prophet",
    "statsmodels",
    "tensorflow-cpu; sys_platform != 'darwin'",
    "tensorflow; sys_platform == 'darwin'",
    "tf2onnx",  # makes ONNX graphs of TensorFlow's and Keras' models
    "torch",
    "transformers",
)
# PyTorch's compiler for GPUs: it aborts a process that has loaded TensorFlow before.
UNUSABLE = "triton"


def flavors_environment(main: Environment) -> Environment:
    """A Python that sees `.venv`'s packages, so that only the libraries themselves are added."""

    def make() -> None:
        remove(FLAVORS)
        create_venv(base_interpreter(), FLAVORS)
        # With the .pth files of that folder, of which one leads to the project.
        below = f"import site; site.addsitedir({str(site_packages(VENV))!r})"
        (site_packages(FLAVORS) / "venv.pth").write_text(below)
        install(FLAVORS, "--constraint", constraints(FLAVORS), *FLAVOR_LIBRARIES)
        uninstall(FLAVORS, UNUSABLE)

    return Environment(
        folder=FLAVORS,
        recipe=("flavors", sys.version, *main.recipe, *FLAVOR_LIBRARIES, UNUSABLE),
        announcement=(
            "making .venv/envs/flavors: PyTorch, TensorFlow and others (about four minutes, once)"
        ),
        make=make,
    )
