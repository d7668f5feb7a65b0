# SPDX-License-Identifier: Apache-2.0
"""Environments that are made once and kept by a stamp of their recipe; and how pip fills them."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from versions import ROOT

VENV = ROOT / ".venv"
SPARKS = VENV / "spark"
ENVS = VENV / "envs"
SBT = VENV / "sbt"
IVY = VENV / "ivy"


@dataclass(frozen=True)
class Environment:
    """A folder, what it is made from, and how."""

    folder: Path
    recipe: tuple[str, ...]
    announcement: str
    make: Callable[[], None]

    def ensure(self) -> None:
        """Makes the folder unless its stamp says that it was made from this very recipe."""
        stamp = self.folder / ".stamp"
        fingerprint = hashlib.sha256("\0".join(self.recipe).encode()).hexdigest()
        if stamp.is_file() and stamp.read_text() == fingerprint:
            return
        print(self.announcement, flush=True)
        stamp.unlink(missing_ok=True)
        self.make()
        stamp.write_text(fingerprint)


def base_interpreter() -> str:
    """The running Python, or the one behind it: an activated `.venv` cannot rebuild itself."""
    return str(getattr(sys, "_base_executable", None) or sys.executable)


def create_venv(interpreter: str, folder: Path) -> None:
    """Makes an empty virtual environment, with its own pip."""
    subprocess.run([interpreter, "-m", "venv", folder], check=True)


def site_packages(venv: Path) -> Path:
    """Where the packages of an environment on the running Python are."""
    return venv / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"


def install(venv: Path, *arguments: str | Path) -> None:
    """Runs that environment's pip."""
    # The pip of an old Python builds pyspark in a way that it warns about, unless told otherwise.
    command = [*_pip(venv), "install", "--quiet", "--use-pep517", *arguments]
    subprocess.run(command, check=True, cwd=ROOT)


def uninstall(venv: Path, *packages: str) -> None:
    """Takes packages away that others require and nothing here has a use for."""
    subprocess.run([*_pip(venv), "uninstall", "--quiet", "--yes", *packages], check=True)


def _pip(venv: Path) -> list[str | Path]:
    return [venv / "bin" / "python", "-m", "pip", "--disable-pip-version-check"]


def remove(path: Path) -> None:
    """Removes a file or a folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def constraints(venv: Path) -> Path:
    """The versions that `.venv` has, for pip: what was pickled in one must load in the other."""
    freeze = [VENV / "bin" / "python", "-m", "pip", "freeze", "--exclude-editable"]
    file = venv / "constraints.txt"
    told = subprocess.run(freeze, check=True, capture_output=True, text=True).stdout
    file.write_text(
        "".join(line for line in told.splitlines(keepends=True) if "pyspark" not in line)
    )
    return file


def project_metadata() -> str:
    """What pip reads of the project: a changed rule of a linter must not rebuild `.venv`."""
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8").split("\n[tool.")[0]
    return pyproject + (ROOT / "python" / "sparkpredict" / "version.py").read_text(encoding="utf-8")
