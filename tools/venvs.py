# SPDX-License-Identifier: Apache-2.0
"""Environments that are made once and kept by a stamp of their recipe; and how uv fills them."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from versions import ROOT

VENV = ROOT / ".venv"
SPARKS = VENV / "spark"
ENVS = VENV / "envs"
SBT = VENV / "sbt"
IVY = VENV / "ivy"
UV = ENVS / "uv"

# pip unpacks each wheel once more for each environment: uv links the files from its cache, so that
# an environment costs seconds and hardly any disk.
_UV_VERSION = "uv>=0.9,<1"
_UV_IS_MADE = threading.Lock()


@dataclass(frozen=True)
class Environment:
    """A folder, what it is made from, and how; a `last` one is made of others."""

    folder: Path
    recipe: tuple[str, ...]
    announcement: str
    make: Callable[[], None]
    last: bool = False

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
    """Puts packages into an environment."""
    uv("install", "--python", venv / "bin" / "python", *arguments)


def install_spark(venv: Path, version: str, *where: str | Path) -> None:
    """Puts a pyspark into an environment, or into a folder for it.

    It is no wheel but the source of one: what is built of it would take five times its size in the
    cache, and more time to compress than all the rest.
    """
    stored = "--config-setting=--build-option=--compression=stored"
    install(venv, "--no-cache", stored, *where, f"pyspark=={version}")


def uninstall(venv: Path, *packages: str) -> None:
    """Takes packages away that others require and nothing here has a use for."""
    uv("uninstall", "--python", venv / "bin" / "python", *packages)


def uv(command: str, *arguments: str | Path) -> str:
    """Runs `uv pip COMMAND`, and returns what it printed."""
    program = UV / "bin" / "uv"
    with _UV_IS_MADE:
        if not program.is_file():
            remove(UV)
            create_venv(base_interpreter(), UV)
            subprocess.run([UV / "bin" / "pip", "install", "--quiet", _UV_VERSION], check=True)
    return subprocess.run(
        [program, "--quiet", "pip", command, *arguments],
        check=True,
        cwd=ROOT,
        # As pip does, it takes the certificates that the machine trusts.
        env={"UV_NATIVE_TLS": "true", **os.environ},
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


def remove(path: Path) -> None:
    """Removes a file or a folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def constraints(venv: Path) -> Path:
    """The versions that `.venv` has, for uv: what was pickled in one must load in the other."""
    file = venv / "constraints.txt"
    told = uv("freeze", "--python", VENV / "bin" / "python", "--exclude-editable")
    file.write_text(
        "".join(line for line in told.splitlines(keepends=True) if "pyspark" not in line)
    )
    return file


def project_metadata() -> str:
    """What installing reads of the project: a changed rule of a linter must not rebuild `.venv`."""
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8").split("\n[tool.")[0]
    return pyproject + (ROOT / "python" / "sparkpredict" / "version.py").read_text(encoding="utf-8")
