# SPDX-License-Identifier: Apache-2.0
"""How cost grows with work: the slope between the ends, and where it bends."""

from __future__ import annotations

import math
from collections.abc import Sequence

from benchmarks import timing
from benchmarks.cells import Cell
from benchmarks.report import figures

GROWING = ("rows", "partitions", "trees", "columns", "cores", "batch")
# Both ways from the slope of the whole that no longer count as one line.
BENT = 0.25


def of(points: Sequence[tuple[float, float]]) -> tuple[float, list[float]]:
    """The exponent of a power law, and where the cost is off it.

    Args:
        points: amounts of work and seconds.

    Returns:
        The slope on logarithmic axes by least squares, where 1 is in proportion and 0 a fixed
        cost; and the points between whose neighbours the slopes differ by more than ``BENT``.
    """
    logs = [(math.log(work), math.log(seconds)) for work, seconds in sorted(points)]
    x, y = (sum(part) / len(logs) for part in zip(*logs))
    slope = sum((a - x) * (b - y) for a, b in logs) / sum((a - x) ** 2 for a, _ in logs)
    steps = [(d - b) / (c - a) for (a, b), (c, d) in zip(logs, logs[1:])]
    bends = [
        math.exp(logs[at + 1][0])
        for at, (before, after) in enumerate(zip(steps, steps[1:]))
        if abs(after - before) > BENT
    ]
    return slope, bends


def told(cells: Sequence[Cell], peer: str) -> str:
    """In words, for a peer of a group that grows; nothing where it has fewer than three points."""
    points = [
        (cell["at"], timing.spread(cell["seconds"])["median"] / _amount(cell))
        for cell in cells
        if cell["peer"] == peer and figures.is_timed(cell)
    ]
    if len(points) < 3:
        return ""
    slope, bends = of(points)
    where = ", ".join(f"{at:,.0f}" for at in bends) or "nowhere"
    return f"seconds grow by the power {slope:.2f}; the slope changes at: {where}"


def _amount(cell: Cell) -> float:
    """Rows, where they are not what grows and yet are not the same at each point."""
    return 1.0 if cell["group"] == "rows" else float(cell["rows"])
