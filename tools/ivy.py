# SPDX-License-Identifier: Apache-2.0
"""Fetches what is published for Maven, by the Ivy that every pyspark carries."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import checks
from venvs import IVY, VENV

# Ivy itself does not keep two processes apart.
_CACHE = threading.Lock()


def fetch(organisation: str, module: str, version: str, into: Path) -> None:
    """Puts the jars of a module, and of what it needs, into a folder.

    Raises:
        checks.Lack: `.venv` has no pyspark, or the download failed.
    """
    with _CACHE:
        _fetch(organisation, module, version, into)


def _fetch(organisation: str, module: str, version: str, into: Path) -> None:
    ivy = next(VENV.glob("lib/python*/site-packages/pyspark/jars/ivy-*.jar"), None)
    if ivy is None:
        raise checks.Lack(
            f".venv has no pyspark, whose Ivy fetches {module}; run tools/setup.py build."
        )
    fetched = subprocess.run(
        [
            *(f"{checks.jdk_home()}/bin/java", "-jar", str(ivy)),
            *("-dependency", organisation, module, version),
            *("-types", "jar", "bundle", "-confs", "default", "-cache", str(IVY)),
            *("-retrieve", str(into / "[artifact]-[revision](-[classifier]).[ext]")),
        ],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if not (into / f"{module}-{version}.jar").is_file():
        print(fetched.stdout, file=sys.stderr)
        raise checks.Lack(f"{module} {version} could not be fetched; Ivy's messages are above.")
