# SPDX-License-Identifier: Apache-2.0
"""Which package a model could not import, and what to ask pip for."""

from __future__ import annotations

import re
from pathlib import Path

# Projects that are not called as what they are imported by.
_PROJECTS = {
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
    "cv2": "opencv-python",
    "PIL": "pillow",
}


def missing_package(error: BaseException | None) -> str | None:
    """The missing top-level package; MLflow wraps the import error of some models."""
    while error is not None:
        if isinstance(error, ModuleNotFoundError) and error.name:
            return error.name.partition(".")[0]
        error = error.__cause__ or error.__context__
    return None


def requirement(package: str, folder: Path) -> str:
    """The line of the model's own requirements for a package, else its usual name."""
    wanted = _PROJECTS.get(package, package)
    listed = folder / "requirements.txt"
    lines = listed.read_text().splitlines() if listed.is_file() else []
    fitting = [line.strip() for line in lines if _project(line) == _project(wanted)]
    return fitting[0] if fitting else wanted


def _project(line: str) -> str:
    """The normalised name in a requirement, as pip compares names."""
    found = re.match(r"\s*([A-Za-z0-9._-]*)", line)
    return re.sub(r"[-_.]+", "-", found.group(1)).lower() if found else ""
