# SPDX-License-Identifier: Apache-2.0
"""Refuses to build a wheel without its jars: it would install and then fail in a session."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class JarsHook(BuildHookInterface):
    """Looks for one jar of each Scala line; an editable install may come before the jars."""

    def initialize(self, version: str, _build_data: dict[str, Any]) -> None:
        """Called by hatchling before each build, with `version` the kind of wheel."""
        if version == "editable":
            return
        jars = Path(self.root) / "python" / "sparkpredict" / "jars"
        release = self.metadata.version
        for scala in ("2.12", "2.13"):
            if not (jars / f"spark-predict_{scala}-{release}.jar").is_file():
                message = (
                    f"{jars} has no jar for Scala {scala} of version {release}; run make wheel."
                )
                raise RuntimeError(message)
