# SPDX-License-Identifier: Apache-2.0
"""Files that hold a graph's weights: they must lie in its folder, and be there.

Source: https://github.com/onnx/onnx/blob/main/docs/ExternalData.md
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from sparkpredict.onnx import walk

if TYPE_CHECKING:
    from pathlib import Path


class Outside(Exception):
    """What is wrong with where weights are."""


def files(path: Path, model: Any) -> tuple[str, ...]:
    """The files that tensors of a ``ModelProto`` are in, relative to its folder.

    Raises:
        Outside: one is missing, or lies outside its folder, also by a link.
    """
    found = sorted({place for one in walk.tensors(model) if (place := place_of(one)) is not None})
    folder = path.parent.resolve()
    for place in found:
        parts = PurePosixPath(place).parts
        if not parts or place.startswith(("/", "\\")) or ".." in parts or _is_odd(place):
            raise Outside(f"its weights lie outside its folder, in {place[:200]!r}")
        target = path.parent / place
        if not target.is_file():
            raise Outside(f"its weights are missing: there is no {target}")
        if folder not in target.resolve().parents:
            raise Outside(f"its weights {place!r} are a link to outside its folder")
    return tuple(found)


def _is_odd(place: str) -> bool:
    """Drives, and ONNX Runtime's mark of a place in memory: ``*/_ORT_MEM_ADDR_/*``."""
    return any(sign in place for sign in (":", "*", "\0", "\\"))


def place_of(tensor: Any) -> str | None:
    """Where a tensor says that it is; None where it is in the graph's own file."""
    if tensor.data_location != tensor.EXTERNAL:
        return None
    named = [one.value for one in tensor.external_data if one.key == "location"]
    return str(named[-1]) if named else ""
