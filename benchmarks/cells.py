# SPDX-License-Identifier: Apache-2.0
"""What has been measured: one JSON file for each cell, good as long as its fingerprint is.

A cell is one peer on one workload. Its fingerprint is a digest of all that its figures depend on,
so a run that was broken off goes on where it was, and one after a change measures again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Cell = dict[str, Any]

MEASURED = "measured"
CANNOT = "cannot"  # and says why
STOPPED = "stopped"  # its time box was over before it had run once after its warm-up


def fingerprint(*parts: Any) -> str:
    """A digest of values that JSON can write."""
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def digest(files: Iterable[Path]) -> str:
    """A digest of files, by content and name; those that are not there have none."""
    total = hashlib.sha256()
    for file in sorted(files):
        total.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()[:16]


@dataclass(frozen=True)
class Store:
    """The cells of a folder.

    Attributes:
        folder: made at the first write.
    """

    folder: Path

    def load(self, workload: str, peer: str, fingerprint: str) -> Cell | None:
        """The cell, or nothing if it is not there, broken, or of another fingerprint."""
        try:
            cell: Cell = json.loads(self._path(workload, peer).read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return None
        return cell if cell.get("fingerprint") == fingerprint else None

    def save(self, cell: Cell) -> None:
        """All or nothing: a run that is broken off leaves no half of a cell."""
        path = self._path(cell["workload"], cell["peer"])
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_text(json.dumps(cell, indent=1) + "\n", encoding="utf-8")
        part.replace(path)

    def all(self) -> Iterator[Cell]:
        """Every cell that is there, of whatever fingerprint, in the order of their names."""
        for path in sorted(self.folder.glob("*/*.json")):
            yield json.loads(path.read_text(encoding="utf-8"))

    def _path(self, workload: str, peer: str) -> Path:
        return self.folder / workload / f"{peer}.json"
