# SPDX-License-Identifier: Apache-2.0
"""What one process does, and what of it was done before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks import cells, machine
from benchmarks.measurements import NAMES
from benchmarks.scales import Scale
from benchmarks.workloads import BESIDE, Workload

ROOT = Path(__file__).resolve().parent.parent
ONE = "figures"  # the peer of a measurement, which has none
MEASURING = 120.0  # seconds of a measurement
SMALLEST = 4.0  # times that a time box may shrink
SETTINGS = {
    "quick": {"rows": 100_000, "tasks": 2, "repeats": 3},
    "normal": {"rows": 100_000, "tasks": 2, "repeats": 5},
    "full": {"rows": 100_000, "tasks": 2, "repeats": 11},
}
# What figures do not depend on: how they are asked for, kept and told.
ASKING = ("run", "runner", "cells", "jobs", "scales")


@dataclass(frozen=True)
class Job:
    """One or more cells that are measured together.

    Attributes:
        name: of the workload or measurement.
        kind: ``contest``, ``alone`` or ``measure``.
        peers: whose cells it gives.
        task: what the process is told beside these.
        rounds: of each.
        box: seconds that each has.
        about: goes into each cell.
        is_short: whether the box is smaller than the scale's, for want of time.
    """

    name: str
    kind: str
    peers: tuple[str, ...]
    task: dict[str, Any]
    rounds: int
    box: float
    about: dict[str, Any]
    is_short: bool = False

    @property
    def group(self) -> str:
        return str(self.about["group"])

    @property
    def steps(self) -> int:
        """How often the process tells of something, for the progress."""
        each = {"contest": 4 + self.rounds, "alone": self.rounds, "measure": 1}
        return each[self.kind] * len(self.peers)

    def share_of(self, seconds: float, lacking: Sequence[str]) -> float | None:
        """The time box of each peer when so many seconds are left.

        Returns:
            Nothing where it would be too small to measure in.
        """
        box = min(self.box, seconds / len(self.beside(lacking)))
        return box if box >= self.box / SMALLEST else None

    def within(self, box: float) -> Job:
        """The same with another time box."""
        return replace(self, box=box, is_short=box < self.box)

    def fingerprint(self, peer: str, world: dict[str, Any]) -> str:
        """What a cell's figures depend on."""
        about = {name: value for name, value in self.about.items() if name != "peers"}
        return cells.fingerprint(self.kind, about, peer, self.rounds, world)

    def lacking(self, store: cells.Store, world: dict[str, Any]) -> tuple[str, ...]:
        """Whose cells are not there yet."""
        return tuple(
            peer
            for peer in self.peers
            if store.load(self.name, peer, self.fingerprint(peer, world)) is None
        )

    def beside(self, lacking: Iterable[str]) -> tuple[str, ...]:
        """Who takes part: these, and those that they are told against."""
        wanted = {*lacking, *(BESIDE if self.kind == "contest" else ())}
        return tuple(peer for peer in self.peers if peer in wanted)


def jobs(scale: Scale, workloads: Iterable[Workload]) -> Iterator[Job]:
    """All that a scale measures."""
    for workload in scale.of(workloads):
        about = asdict(workload)
        task = {"workload": about, "rounds": scale.rounds}
        rounds, box = scale.rounds, scale.box
        yield Job(workload.name, workload.kind, workload.peers, task, rounds, box, about)
    for name in NAMES:
        if scale.name != "quick" or name == "binding":
            task = {"workload": name, "setting": SETTINGS[scale.name]}
            about = {"group": "measurements", "model": name, **SETTINGS[scale.name]}
            yield Job(name, "measure", (ONE,), task, 1, MEASURING, about)


def world() -> dict[str, Any]:
    """What all figures depend on: machine, libraries, PREDICT itself and the lines that measure."""
    own = [*(ROOT / "python").rglob("*.py"), *(ROOT / "python").rglob("*.jar")]
    measuring = [
        path
        for path in (ROOT / "benchmarks").rglob("*.py")
        if path.parent.name != "report" and path.stem not in ASKING
    ]
    told = machine.describe()
    del told["load_at_start"]
    return {"machine": told, "own": cells.digest(own), "measuring": cells.digest(measuring)}
