# SPDX-License-Identifier: Apache-2.0
"""What cells say: rows a second, and how many times as fast PREDICT was in the same rounds."""

from __future__ import annotations

from benchmarks import timing
from benchmarks.cells import MEASURED, Cell

OURS = "predict"  # whom others are told against


def rate(cell: Cell) -> float:
    """Rows a second, by the median."""
    return float(cell["rows"] / timing.spread(cell["seconds"])["median"])


def is_timed(cell: Cell) -> bool:
    """Whether it has rounds."""
    return cell["status"] == MEASURED and bool(cell.get("seconds"))


def times(cell: Cell, what: str = "seconds", ours: str = OURS) -> dict[str, float] | None:
    """How many times as much the peer took as PREDICT did beside it, round by round.

    Args:
        cell: the peer's.
        what: ``seconds`` by the clock or ``processor`` seconds.
        ours: who of us.

    Returns:
        Median, least and most; nothing if either has no rounds.
    """
    beside = cell.get("beside", {})
    if not is_timed(cell) or ours not in beside or not beside[ours][what]:
        return None
    return timing.paired(cell[what], beside[ours][what])
