# SPDX-License-Identifier: Apache-2.0
"""What a model requires and what is installed here, by MLflow's own check."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from sparkpredict.errors import ModelError

if TYPE_CHECKING:
    from sparkpredict.package import Package

_MISMATCH = "PREDICT_REQUIREMENTS_MISMATCH"

log = logging.getLogger(__name__)


def check(package: Package, alias: str, *, strict: bool) -> None:
    """Warns of what differs, once for each bind.

    Args:
        package: the model's folder, of which requirements.txt is read.
        alias: for the text.
        strict: whether a difference is an error.

    Raises:
        ModelError: PREDICT_REQUIREMENTS_MISMATCH, only where it is strict.
    """
    found = mismatches(package)
    if not found:
        return
    error = ModelError(_MISMATCH, alias=alias, mismatches="; ".join(found))
    if strict:
        raise error
    log.warning("%s", error)


def mismatches(package: Package) -> list[str]:
    """A phrase for each requirement that the running Python does not meet."""
    from mlflow.utils import requirements_utils

    listed = package.folder / "requirements.txt"
    lines = listed.read_text(encoding="utf-8").splitlines() if listed.is_file() else []
    wanted = [line.strip() for line in lines if line.strip() and line.strip()[0] not in "#-"]
    found = map(requirements_utils._check_requirement_satisfied, wanted)  # noqa: SLF001 (the check)
    return [
        f"{one.requirement} is required, {one.installed_version or 'none'} is installed"
        for one in found
        if one is not None
    ]
