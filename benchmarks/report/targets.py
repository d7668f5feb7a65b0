# SPDX-License-Identifier: Apache-2.0
"""What the figures have to be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from benchmarks.cells import MEASURED, Cell
from benchmarks.report import figures
from benchmarks.workloads import BESIDE, FLAVORS

AT_LEAST, AT_MOST = ">=", "<="

MLFLOW = "mlflow_spark_udf"
# times as fast as MLflow's UDF
COMPILED = {
    "linear": 4.0,
    "pipeline": 6.0,
    "forest_8": 7.0,
    "boosting": 22.0,
    "histogram": 26.0,
    "lightgbm": 16.0,
    "lightgbm_200": 11.0,
    "xgboost": 10.0,
    "xgboost_200": 8.0,
    "forest_deep": 5.0,
}
# times as fast as
ONNX = {
    "onnx_linear": {
        "synapseml_onnx": 12.0,
        "synapseml_onnx_best": 4.5,
        MLFLOW: 2.0,
        "scan": 0.8,
    },
    "onnx_mlp": {"synapseml_onnx": 6.0, "synapseml_onnx_best": 2.8, MLFLOW: 2.0},
    "onnx_cnn": {"synapseml_onnx": 2.0, "synapseml_onnx_best": 1.3},
}


@dataclass(frozen=True)
class Target:
    """How many times as fast as a peer.

    Attributes:
        workload: its name.
        peer: who is told against.
        limit: of the median.
        ours: who of us.
        what: of the clock or of the processor.
    """

    workload: str
    peer: str
    limit: float
    ours: str = figures.OURS
    what: str = "seconds"

    @property
    def words(self) -> str:
        of = "" if self.what == "seconds" else ", a core"
        return f"{self.workload}: {self.ours} against {self.peer}{of}"


TARGETS = (
    *(Target(f"compiled-{name}", MLFLOW, limit) for name, limit in COMPILED.items()),
    # that rows are at most so much slower than columns
    *(Target(f"compiled-{name}", "predict", 0.65, ours="predict_rows") for name in COMPILED),
    Target("compiled-linear", "sql", 0.85),
    Target("compiled-linear", MLFLOW, 1.5, ours="predict_python"),
    Target("compiled-linear", "pandas_udf", 0.95, ours="predict_python"),
    Target("compiled-histogram", MLFLOW, 1.0, ours="predict_python"),
    Target("compiled-histogram", "pandas_udf", 1.0, ours="predict_python"),
    Target("compiled-histogram", "synapseml_onnx_best", 7.0),
    Target("compiled-xgboost_200", "library", 2.0, what="processor"),
    Target("options-linear", "predict", 0.98, ours="predict_null"),
    *(
        Target(f"onnx-{name}", peer, limit)
        for name, limits in ONNX.items()
        for peer, limit in limits.items()
    ),
    Target("onnx-onnx_mlp", "library", 0.6, what="processor"),
    *(Target(f"flavors-flavor_{name}", MLFLOW, 1.0, ours="predict_python") for name in FLAVORS),
)

# measurement, path to the figure, limit, in words
AT_MOSTS = (
    ("onnx_large", "seconds.median", 1.2, "onnx_large: to the first row, of Python's"),
    ("onnx_large", "bytes.median", 1.3, "onnx_large: memory, of Python's"),
    ("fetching", "bound_again_seconds.median", 1.0, "fetching: seconds, bound again"),
    ("planning", "1.added.median", 10.0, "planning: ms added"),
    ("binding", "first", 1.0, "binding: seconds, first"),
    ("importing", "added.median", 0.3, "importing: seconds beyond pyspark"),
)


def judge(cells: Iterable[Cell]) -> list[dict[str, Any]]:
    """The targets of what was measured."""
    known = {(cell["workload"], cell["peer"]): cell for cell in cells}
    return [*_of_contests(known), *_of_measurements(known)]


def _of_contests(known: dict[tuple[str, str], Cell]) -> Iterator[dict[str, Any]]:
    for target in TARGETS:
        figure = _figure(target, known)
        if figure is not None:
            yield _judged(target.words, figure, AT_LEAST, target.limit)


def _figure(target: Target, known: dict[tuple[str, str], Cell]) -> float | None:
    """The median, from the rounds that are kept beside the one's figures or the other's."""
    for peer, beside in ((target.peer, target.ours), (target.ours, target.peer)):
        cell = known.get((target.workload, peer))
        if cell is not None and beside in BESIDE:
            found = figures.times(cell, target.what, beside)
            if found is not None:
                return found["median"] if beside == target.ours else 1 / found["median"]
    return None


def _of_measurements(known: dict[tuple[str, str], Cell]) -> Iterator[dict[str, Any]]:
    for name, path, limit, words in AT_MOSTS:
        cell = known.get((name, "figures"))
        if cell is not None and cell["status"] == MEASURED:
            figure: Any = cell["figures"]
            for part in path.split("."):
                figure = figure[part]
            yield _judged(words, float(figure), AT_MOST, limit)


def _judged(words: str, figure: float, direction: str, limit: float) -> dict[str, Any]:
    met = figure >= limit if direction == AT_LEAST else figure <= limit
    return {"what": words, "figure": figure, "wanted": f"{direction} {limit:g}", "met": met}


def lines(judged: Iterable[dict[str, Any]]) -> Iterator[str]:
    for target in judged:
        verdict = "met   " if target["met"] else "MISSED"
        yield f"{verdict} {target['what']:<60} {target['figure']:7.3f}  wanted {target['wanted']}"
