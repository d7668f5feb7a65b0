# SPDX-License-Identifier: Apache-2.0
"""Tables of cells: lines for a terminal, Markdown for the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from benchmarks import timing
from benchmarks.cells import MEASURED, Cell
from benchmarks.jobs import ONE
from benchmarks.peers import PEERS
from benchmarks.report import figures


def printed(cells: Iterable[Cell]) -> str:
    """One line for each cell."""
    head = ("workload", "peer", "M rows/s", "PREDICT is", "rounds", "")
    rows = [head, *(_line(cell) for cell in cells if cell["peer"] != ONE)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(head) - 1)]
    return "\n".join(
        "  ".join([*(text.ljust(width) for text, width in zip(row, widths)), row[-1]]).rstrip()
        for row in rows
    )


def _line(cell: Cell) -> tuple[str, ...]:
    who = cell["workload"], cell["peer"]
    if cell["status"] != MEASURED:
        return (*who, "-", "-", "-", cell["reason"])
    if not figures.is_timed(cell):
        first = timing.spread(cell["first_row"])["median"] if "first_row" in cell else 0.0
        return (*who, "-", "-", "-", f"first row after {first:.2f} s")
    notes = ", ".join(f"{name} {value}" for name, value in cell["notes"].items())
    rounds = str(len(cell["seconds"]))
    return (*who, f"{figures.rate(cell) / 1e6:.3f}", _ratio(cell, long=True), rounds, notes)


def _ratio(cell: Cell, *, long: bool = False) -> str:
    found = figures.times(cell)
    if found is None or cell["peer"] == figures.OURS:
        return ""
    spread = f" [{found['min']:.2f}, {found['max']:.2f}]" if long else ""
    return f"{found['median']:{'.2f' if found['median'] < 10 else '.0f'}}x{spread}"


def by_peer(cells: Sequence[Cell]) -> str:
    """Markdown: a line for each peer, a column for each model; below, why some have no figure."""
    models = list(dict.fromkeys(cell["workload"] for cell in cells))
    short = {cell["workload"]: _short(cell) for cell in cells}
    reasons: dict[str, int] = {}
    rows = []
    for peer in (name for name in PEERS if any(cell["peer"] == name for cell in cells)):
        found = {cell["workload"]: cell for cell in cells if cell["peer"] == peer}
        rows.append((PEERS[peer].words, *(_entry(found.get(one), reasons) for one in models)))
    notes = "".join(f"\n{number}. {reason}" for reason, number in reasons.items())
    return markdown(("millions of rows a second", *(short[one] for one in models)), rows) + (
        f"\n\nNo figure, because:\n{notes}" if notes else ""
    )


def _short(cell: Cell) -> str:
    return str(cell["model"]) if cell.get("at") is None else f"{cell['at']:,.0f}"


def _entry(cell: Cell | None, reasons: dict[str, int]) -> str:
    if cell is None:
        return ""
    if cell["status"] != MEASURED:
        number = reasons.setdefault(_escaped(cell["reason"]), len(reasons) + 1)
        return f"- ({number})"
    if not figures.is_timed(cell):
        return ""
    rate, ratio = figures.rate(cell) / 1e6, _ratio(cell)
    shown = f"{rate:.3g}"
    return f"{shown} ({ratio})" if ratio else shown


def cold(cells: Sequence[Cell]) -> str:
    """Markdown: seconds to the first row and peaks of memory, of processes of their own."""
    rows = []
    for cell in cells:
        who = cell["model"], PEERS[cell["peer"]].words
        if cell["status"] != MEASURED:
            rows.append((*who, _escaped(cell["reason"]), "", "", "", ""))
            continue
        seconds = [_spread(cell[name]) for name in ("prepare", "first_row", "whole")]
        peaks = [
            f"{max(peak[who] for peak in cell['peak']) / 2**20:,.0f}" for who in ("jvm", "python")
        ]
        rows.append((*who, *seconds, *peaks))
    head = ("model", "", "bound after s", "first row after s", "all after s", "JVM MB", "Python MB")
    return markdown(head, rows)


def _spread(values: list[float]) -> str:
    found = timing.spread(values)
    return f"{found['median']:.2f} [{found['min']:.2f}, {found['max']:.2f}]"


def measured(cells: Iterable[Cell]) -> str:
    """Markdown: the figures of what is no contest."""
    rows = [
        (cell["model"], name, f"{value:.4g}")
        for cell in cells
        if cell["status"] == MEASURED
        for name, value in _leaves(cell["figures"])
    ]
    return markdown(("measurement", "figure", "value"), rows)


def _leaves(value: Any, name: str = "") -> Iterator[tuple[str, float]]:
    """Numbers of a nested dict by their path; runs one by one are left to the JSON."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, f"{name} {key}".strip())
    elif isinstance(value, (int, float)):
        yield name, float(value)


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")
