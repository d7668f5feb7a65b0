# SPDX-License-Identifier: Apache-2.0
"""Pythons with the oldest or the newest supported libraries; Spark comes by way of PYTHONPATH."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from venvs import ENVS, Environment, create_venv, install, project_metadata, remove
from versions import ROOT, joined

# What the contract's tests import, besides the libraries that a set is about.
_OF_TESTS = ("hypothesis", "lightgbm>=4", "psutil", "pytest", "pyyaml")


@dataclass(frozen=True)
class LibrarySet:
    """A Python with libraries, and the Sparks that run on it.

    Attributes:
        name: of its folder.
        python: the interpreter's version.
        libraries: for uv; the oldest are the floors of pyproject.toml, or of Spark if higher.
        sparks: those that `make test` runs on it.
        more: those that `make test-all` runs on it too.
    """

    name: str
    python: tuple[int, int]
    libraries: tuple[str, ...]
    sparks: tuple[str, ...] = ()
    more: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        """Where it is made."""
        return ENVS / self.name

    @property
    def interpreter(self) -> Path:
        """Its Python, once it is made."""
        return self.folder / "bin" / "python"

    @property
    def told(self) -> str:
        """Python and libraries in a few words."""
        age = "oldest" if self.name.startswith("oldest") else "newest"
        return f"{joined(self.python)}, {age} libraries"


def _oldest(pandas: str, numpy: str, pyarrow: str) -> tuple[str, ...]:
    """The floors; `tests/unit/test_library_sets.py` compares them with pyproject.toml."""
    return (
        f"pandas=={pandas}",
        f"numpy=={numpy}",
        f"pyarrow=={pyarrow}",
        "mlflow-skinny==2.9.0",
        "skops==0.9.0",
        "scikit-learn==1.2.0",
        "onnx==1.14.0",
        "onnxruntime==1.17.0",
    )


_NEWEST = (
    "pandas",
    "numpy",
    "pyarrow",
    "mlflow-skinny",
    "skops",
    "scikit-learn",
    "onnx",
    "onnxruntime!=1.26.0",
)

OLDEST = LibrarySet(
    "oldest-spark3",
    (3, 10),
    _oldest("1.5.0", "1.22.0", "8.0.0"),
    sparks=("3.5.0",),
    more=("3.3.4", "3.4.4", "3.5.9"),
)
SETS = (
    OLDEST,
    LibrarySet("oldest-spark40", (3, 10), _oldest("2.0.0", "1.22.0", "11.0.0"), more=("4.0.5",)),
    LibrarySet("oldest-spark41", (3, 10), _oldest("2.2.0", "1.22.4", "15.0.0"), more=("4.1.4",)),
    # ONNX Runtime 1.17 wants this numpy on Python 3.11, the first that Spark 4.3 takes.
    LibrarySet(
        "oldest-spark42", (3, 11), _oldest("2.2.0", "1.24.2", "18.0.0"), more=("4.2.1", "4.3.0")
    ),
    LibrarySet("py39", (3, 9), _NEWEST, more=("3.4.4", "3.5.9", "4.0.5")),
    LibrarySet("py312", (3, 12), _NEWEST, sparks=("4.0.5",), more=("4.3.0",)),
    LibrarySet("py313", (3, 13), _NEWEST, sparks=("4.1.4",), more=("4.0.5", "4.2.1", "4.3.0")),
)


def library_environment(wanted: LibrarySet, interpreter: str) -> Environment:
    """One set, with the project editable."""

    def make() -> None:
        remove(wanted.folder)
        create_venv(interpreter, wanted.folder)
        install(wanted.folder, *wanted.libraries, *_OF_TESTS)
        # Built apart: the oldest MLflow holds hatchling back at one that cannot build the project.
        install(wanted.folder, "--no-deps", "-e", str(ROOT))

    return Environment(
        folder=wanted.folder,
        recipe=("libraries", interpreter, project_metadata(), *wanted.libraries, *_OF_TESTS),
        announcement=(
            f"making .venv/envs/{wanted.name}: Python {wanted.told} (about a minute, once)"
        ),
        make=make,
    )
