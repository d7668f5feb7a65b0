# SPDX-License-Identifier: Apache-2.0
"""How much is measured: in five minutes, in a hundred, or without a limit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from benchmarks.workloads import Workload, scaled

FULL_ONLY = {"rows-histogram-100000000", "trees-trees_5000-5000"}
# One of each kind of engine, beside what most would write instead: Python's workers take some
# twenty seconds to begin, so more peers would have no time left.
IN_SHORT = ("compiled-linear", "compiled-lightgbm", "onnx-onnx_mlp")
PEERS_IN_SHORT = ("predict", "scan", "mlflow_spark_udf", "pandas_udf", "library")


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
        return [self._cut(one) for one in workloads if self.takes(one)]

    def _cut(self, workload: Workload) -> Workload:
        fewer = scaled(workload, self.factor)
        if self.name != "quick":
            return fewer
        return replace(fewer, peers=tuple(one for one in fewer.peers if one in PEERS_IN_SHORT))


SCALES = {
    scale.name: scale
    for scale in (
        Scale("quick", factor=0.2, rounds=3, box=40, minutes=4.5),
        Scale("normal", factor=0.5, rounds=3, box=40, minutes=95),
        Scale("full", factor=1.0, rounds=7, box=900, minutes=float("inf")),
    )
}
