# SPDX-License-Identifier: Apache-2.0
"""How much is measured: in five minutes, in a hundred, or without a limit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.workloads import Workload, scaled

FULL_ONLY = {"rows-histogram-100000000", "trees-trees_5000-5000"}
# One of each kind.
IN_SHORT = (
    "compiled-linear",
    "compiled-lightgbm",
    "onnx-onnx_mlp",
    "shapes-hospital_forest",
)


@dataclass(frozen=True)
class Scale:
    """One of the three.

    Attributes:
        factor: of the rows.
        rounds: runs of each peer that are measured.
        box: seconds that a peer has in a contest, its warm-up in.
        minutes: after which nothing new is begun.
    """

    name: str
    factor: float
    rounds: int
    box: float
    minutes: float

    def takes(self, workload: Workload) -> bool:
        if self.name == "quick":
            return workload.name in IN_SHORT
        return self.name == "full" or workload.name not in FULL_ONLY

    def of(self, workloads: Iterable[Workload]) -> list[Workload]:
        """What it measures."""
        return [scaled(one, self.factor) for one in workloads if self.takes(one)]


SCALES = {
    scale.name: scale
    for scale in (
        Scale("quick", factor=0.2, rounds=3, box=25, minutes=4.5),
        Scale("normal", factor=0.5, rounds=3, box=40, minutes=95),
        Scale("full", factor=1.0, rounds=7, box=900, minutes=float("inf")),
    )
}
