# SPDX-License-Identifier: Apache-2.0
"""The pictures of the page, as SVG: rates by model and peer, growth, and where the time goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl

from benchmarks.cells import Cell
from benchmarks.peers import PEERS
from benchmarks.report import figures, phases, slopes

mpl.use("svg")
# The same text and ids for the same figures, so that a page that has not changed does not differ.
mpl.rcParams.update({"svg.hashsalt": "benchmarks", "svg.fonttype": "none", "font.size": 9})
BARS = ("compiled", "onnx", "shapes")


# A peer has its colour in every picture.
COLOURS = {name: mpl.colormaps["tab20"](at) for at, name in enumerate(PEERS)}


def draw(cells: Sequence[Cell], folder: Path) -> list[str]:
    """Writes the pictures for which there are figures; their names."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = []
    for group, picture in _pictures():
        of_group = [cell for cell in cells if cell["group"] == group and figures.is_timed(cell)]
        if of_group:
            _saved(picture, of_group, group, folder / f"{group}.svg")
            drawn.append(group)
    return drawn


def _pictures() -> Iterator[tuple[str, Callable[[Any, list[Cell], str], None]]]:
    yield from ((group, _bars) for group in BARS)
    yield from ((group, _lines) for group in slopes.GROWING)
    yield "phases", _phases


def _saved(
    picture: Callable[[Any, list[Cell], str], None], cells: list[Cell], group: str, path: Path
) -> None:
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(9, 4.5), layout="constrained")
    picture(axes, cells, group)
    axes.grid(axis="y", alpha=0.3)
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)


def _bars(axes: Any, cells: list[Cell], _: str) -> None:
    models = list(dict.fromkeys(cell["model"] for cell in cells))
    peers = list(dict.fromkeys(cell["peer"] for cell in cells))
    width = 0.85 / len(peers)
    for at, peer in enumerate(peers):
        rates = {c["model"]: figures.rate(c) / 1e6 for c in cells if c["peer"] == peer}
        places = [models.index(model) + width * (at - len(peers) / 2) for model in rates]
        axes.bar(places, [*rates.values()], width, label=peer, color=COLOURS[peer])
    axes.set_yscale("log")
    axes.set_ylabel("millions of rows a second")
    axes.set_xticks(range(len(models)), models, rotation=30, ha="right")
    _legend(axes)


def _lines(axes: Any, cells: list[Cell], group: str) -> None:
    for peer in dict.fromkeys(cell["peer"] for cell in cells):
        points = sorted((c["at"], figures.rate(c) / 1e6) for c in cells if c["peer"] == peer)
        axes.plot(*zip(*points), marker="o", markersize=3, label=peer, color=COLOURS[peer])
    axes.set_yscale("log")
    if group != "cores":
        axes.set_xscale("log")
    axes.set_xlabel(group)
    axes.set_ylabel("millions of rows a second")
    _legend(axes)


def _legend(axes: Any) -> None:
    axes.legend(fontsize=7, loc="upper left", bbox_to_anchor=(1.0, 1.0))


def _phases(axes: Any, cells: list[Cell], _: str) -> None:
    colors = {"scan": "C0", "transfer": "C1", "model": "C2", "emit": "C3"}
    for name, parts in phases.of(cells).items():
        below = 0.0
        for phase, seconds in parts.items():
            axes.bar(name, seconds, bottom=below, color=colors[phase], width=0.6)
            below += seconds
    axes.set_ylabel("microseconds a row, two cores")
    handles = [mpl.patches.Patch(color=color, label=phase) for phase, color in colors.items()]
    axes.legend(handles=handles)
