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

# Each flavor of MLflow that has no model in the other tests.
FLAVOR_LIBRARIES = (
    "catboost",
    "keras>=3",
    "prophet",
    "statsmodels",
    "tensorflow-cpu; sys_platform != 'darwin'",
    "tensorflow; sys_platform == 'darwin'",
    "tf2onnx",  # makes ONNX graphs of TensorFlow's and Keras' models
    "transformers",
)
# All of its wheels for Linux on x86-64 want CUDA's libraries, and none loads without them.
TORCH = "torch"
# Those that it loads on a GPU only: with the files below a quarter of the environment. triton also
# aborts a process that has loaded TensorFlow before.
WITHOUT = (
    "cuda-bindings",
    "cuda-pathfinder",
    "nvidia-cuda-cccl",
    "nvidia-cusolver",
    "nvidia-nvtx",
    "triton",
)
WITHOUT_FILES = ("nvidia/cudnn/lib/libcudnn_*", "nvidia/nvshmem/lib/*.a", "nvidia/nvshmem/lib/*.bc")


def flavors_environment(main: Environment) -> Environment:
    """A Python that sees `.venv`'s packages, so that only the libraries themselves are added."""

    def make() -> None:
        remove(FLAVORS)
        create_venv(base_interpreter(), FLAVORS)
        # With the .pth files of that folder, of which one leads to the project.
        below = f"import site; site.addsitedir({str(site_packages(VENV))!r})"
        (site_packages(FLAVORS) / "venv.pth").write_text(below)
        versions = constraints(FLAVORS)
        # First and alone: what is downloaded and what will go is gone before the others come.
        install(FLAVORS, "--no-cache-dir", "--constraint", versions, TORCH)
        uninstall(FLAVORS, *WITHOUT)
        for pattern in WITHOUT_FILES:
            for path in site_packages(FLAVORS).glob(pattern):
                remove(path)
        install(FLAVORS, "--no-cache-dir", "--constraint", versions, *FLAVOR_LIBRARIES)

    return Environment(
        folder=FLAVORS,
        recipe=(
            "flavors",
            sys.version,
            *main.recipe,
            *FLAVOR_LIBRARIES,
            TORCH,
            *WITHOUT,
            *WITHOUT_FILES,
        ),
        announcement=(
            "making .venv/envs/flavors: PyTorch, TensorFlow and others (about five minutes, once)"
        ),
        make=make,
    )
