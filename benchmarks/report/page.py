# SPDX-License-Identifier: Apache-2.0
"""Writes the tables of docs/benchmarks.md from its JSON; the prose around them is by hand.

A table stands between `<!-- figures: NAME -->` and `<!-- end -->`.
`python -m benchmarks.report.page` writes them from docs/benchmarks.json.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from benchmarks.cells import MEASURED, Cell
from benchmarks.jobs import ROOT
from benchmarks.peers import PEERS
from benchmarks.report import phases, slopes, tables

PAGE = ROOT / "docs" / "benchmarks.md"
FIGURES = ROOT / "docs" / "benchmarks.json"
PICTURES = ROOT / "docs" / "benchmarks"
NOTHING = "Not measured yet: run `make bench`."
_BETWEEN = re.compile(r"(<!-- figures: (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)


def main() -> None:
    from benchmarks.report import plots

    document = json.loads(FIGURES.read_text(encoding="utf-8"))
    drawn = plots.draw(document["cells"], PICTURES)
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), document, drawn), encoding="utf-8")


def filled(page: str, document: dict[str, Any], drawn: list[str]) -> str:
    """The page with its tables made anew.

    Args:
        page: its text.
        document: what a run wrote.
        drawn: the groups that have a picture.

    Raises:
        KeyError: the page asks for figures that nothing makes.
    """

    def table(match: re.Match[str]) -> str:
        name = match.group(2)
        text = TABLES.get(name, _group)(name, document)
        if name in drawn:
            text += f"\n\n![{name}](benchmarks/{name}.svg)"
        return f"{match.group(1)}{text}\n{match.group(3)}"

    return _BETWEEN.sub(table, page)


def _group(name: str, document: dict[str, Any]) -> str:
    cells = _of(document, name)
    if not cells:
        return NOTHING
    grown = [
        f"- {PEERS[peer].words}: {told}"
        for peer in PEERS
        if name in slopes.GROWING and (told := slopes.told(cells, peer))
    ]
    return "\n".join([tables.by_peer(cells), *([""] if grown else []), *grown])


def _of(document: dict[str, Any], group: str) -> list[Cell]:
    return [cell for cell in document["cells"] if cell["group"] == group]


def _cold(name: str, document: dict[str, Any]) -> str:
    cells = _of(document, name)
    return tables.cold(cells) if cells else NOTHING


def _measurements(name: str, document: dict[str, Any]) -> str:
    cells = _of(document, name)
    return tables.measured(cells) if cells else NOTHING


def _machine(_: str, document: dict[str, Any]) -> str:
    loads = [cell["load"] for cell in document["cells"] if cell["status"] == MEASURED]
    if not loads:
        return NOTHING
    told = {"scale": document["scale"], **document["machine"]}
    told["load average meanwhile"] = f"{min(loads):.1f} to {max(loads):.1f}"
    return tables.markdown(("", ""), [(str(key), str(value)) for key, value in told.items()])


def _phases(name: str, document: dict[str, Any]) -> str:
    found = phases.of(_of(document, name))
    if not found:
        return NOTHING
    head = ("microseconds a row", "scan", "transfer", "model", "emit")
    rows = [
        (way, *(f"{parts[phase]:.3f}" if phase in parts else "-" for phase in head[1:]))
        for way, parts in found.items()
    ]
    return tables.markdown(head, rows)


def _targets(_: str, document: dict[str, Any]) -> str:
    rows = [
        (one["what"], f"{one['figure']:.3g}", one["wanted"], "met" if one["met"] else "missed")
        for one in document["targets"]
    ]
    return tables.markdown(("", "figure", "wanted", ""), rows) if rows else NOTHING


TABLES: dict[str, Callable[[str, dict[str, Any]], str]] = {
    "alone": _cold,
    "machine": _machine,
    "measurements": _measurements,
    "phases": _phases,
    "targets": _targets,
}

if __name__ == "__main__":
    main()
