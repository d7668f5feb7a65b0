# SPDX-License-Identifier: Apache-2.0
"""What is scored, and by whom: the matrix as data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

MILLION = 1_000_000

# The two that each contest has: PREDICT, and a query that scores nothing.
ANCHORS = ("predict", "scan")
# Whose rounds are kept beside each peer's, for the ratios.
BESIDE = (*ANCHORS, "predict_python")
PYTHON = ("mlflow_spark_udf", "pandas_udf", "map_in_arrow", "predict_batch_udf")
ONNX = ("onnxruntime_udf", "synapseml_onnx", "synapseml_onnx_best")
EVERYONE = (
    *ANCHORS,
    "predict_rows",
    "predict_onnx",
    "predict_python",
    "sql",
    *PYTHON,
    *ONNX,
    "synapseml_lightgbm",
    "spark_xgboost",
    "library",
)
FEW = (*ANCHORS, "mlflow_spark_udf", "pandas_udf")
FLAVORS = (
    "sklearn",
    "xgboost",
    "lightgbm",
    "catboost",
    "statsmodels",
    "onnx",
    "pytorch",
    "tensorflow",
    "keras",
    "pyfunc",
    "prophet",
    "transformers",
)


@dataclass(frozen=True)
class Workload:
    """One contest.

    Attributes:
        group: which table of the page it is a line of.
        model: its name in ``zoo``.
        rows: how many are scored, at scale 1.
        peers: who takes part.
        tasks: Parquet files, each read by a task of its own.
        cores: of the session.
        batch: rows of an Arrow batch, and of a call of the libraries that a peer feeds itself.
        query: ``scores`` keeps the scores alone; ``filter`` keeps the one row in a hundred whose
            score is high, with a column.
        at: where on the axis of a plot it is, if its group is one of growing work.
        kind: ``contest``, peers in turns in one session; ``alone``, each in processes of its own,
            from the first query on.
    """

    group: str
    model: str
    rows: int
    peers: tuple[str, ...] = EVERYONE
    tasks: int = 2
    cores: int = 2
    batch: int = 10_000
    query: str = "scores"
    at: float | None = None
    kind: str = "contest"

    @property
    def name(self) -> str:
        place = "" if self.at is None else f"-{self.at:.0f}"
        return f"{self.group}-{self.model}{place}"


def scaled(workload: Workload, factor: float) -> Workload:
    """The same with more rows or fewer. What grows by rows keeps them: they are its axis."""
    if workload.group == "rows":
        return workload
    return replace(workload, rows=max(int(workload.rows * factor), 10 * workload.tasks))


def workloads() -> Iterator[Workload]:
    """All of them, what is told most about first."""
    yield from _compiled()
    yield from _onnx()
    yield from _converted()
    yield from _shapes()
    yield from _queries()
    yield from _phases()
    yield from _flavors()
    yield from _growing()


def _compiled() -> Iterator[Workload]:
    rows = {
        "linear": 4.0,
        "pipeline": 1.0,
        "forest_8": 0.5,
        "boosting": 2.0,
        "histogram": 2.0,
        "lightgbm": 1.0,
        "lightgbm_200": 0.5,
        "xgboost": 1.0,
        "xgboost_200": 0.5,
        "forest_deep": 0.25,
    }
    for model, millions in rows.items():
        yield Workload("compiled", model, int(millions * MILLION))
    yield Workload(
        "options", "linear", 2 * MILLION, ("predict", "predict_python", "predict_null", *FEW[1:])
    )
    yield Workload("options", "linear_unnamed", 2 * MILLION, ("predict_python", *FEW), tasks=8)


def _onnx() -> Iterator[Workload]:
    peers = (*ANCHORS, "predict_python", "sql", *PYTHON, *ONNX, "library")
    yield Workload("onnx", "onnx_linear", 4 * MILLION, peers)
    yield Workload("onnx", "onnx_mlp", MILLION, peers)
    yield Workload("onnx", "onnx_cnn", MILLION // 50, peers)


def _converted() -> Iterator[Workload]:
    peers = (*ANCHORS, "predict_onnx", "predict_python", *PYTHON, *ONNX)
    for model in ("svr", "neighbours", "gaussian_process"):
        yield Workload("converted", model, MILLION // 25, peers)


def _flavors() -> Iterator[Workload]:
    """By the Python engine, whichever would take it: what each way to call Python costs."""
    peers = (*ANCHORS, "predict_python", "mlflow_spark_udf")
    slower = {"prophet": 20, "transformers": 1000}
    for flavor in FLAVORS:
        yield Workload("flavors", f"flavor_{flavor}", MILLION // slower.get(flavor, 1), peers)


def _shapes() -> Iterator[Workload]:
    """Raven's four, each with a pipeline of each kind."""
    peers = (*ANCHORS, "predict_python", "sql", "mlflow_spark_udf", "pandas_udf", "onnxruntime_udf")
    for shape, rows in {
        "credit_card": MILLION,
        "hospital": MILLION,
        "expedia": MILLION // 4,
        "flights": MILLION // 4,
    }.items():
        for kind in ("linear", "tree", "forest"):
            yield Workload("shapes", f"{shape}_{kind}", rows, peers)


def _queries() -> Iterator[Workload]:
    yield Workload("wide", "wide", MILLION // 4)
    yield Workload("filter", "histogram", MILLION, query="filter")
    peers = ("predict", "predict_python", "mlflow_spark_udf", "pandas_udf", "synapseml_onnx")
    for model in ("linear", "histogram"):
        yield Workload("alone", model, MILLION, peers, kind="alone")


def _phases() -> Iterator[Workload]:
    """Each peer does what the one before does and one thing more, so differences are phases."""
    peers = (
        *ANCHORS,
        "to_parquet",
        "identity_udf",
        "pandas_udf",
        "pandas_udf_to_parquet",
        "mlflow_spark_udf",
        "predict_python",
    )
    for model in ("linear", "histogram"):
        yield Workload("phases", model, 2 * MILLION, peers)


def _growing() -> Iterator[Workload]:
    """The same with one thing larger each time."""
    for exponent in range(4, 9):
        yield Workload("rows", "histogram", 10**exponent, FEW, at=10**exponent)
    for tasks in (1, 10, 100, 2000):
        yield Workload("partitions", "histogram", MILLION // 5, FEW, tasks=tasks, at=tasks)
    for trees in (10, 100, 1000, 5000):
        yield Workload("trees", f"trees_{trees}", MILLION // 5, FEW, at=trees)
    for columns in (5, 50, 300, 1000):
        rows = min(MILLION, 20 * MILLION // columns)
        yield Workload("columns", f"columns_{columns}", rows, FEW, at=columns)
    for cores in (1, 2):
        yield Workload("cores", "histogram", MILLION, (*FEW, "library"), cores=cores, at=cores)
    batched = ("predict_python", *PYTHON, "onnxruntime_udf", "synapseml_onnx")
    for batch in (100, 1000, 10_000, 100_000):
        yield Workload("batch", "histogram", MILLION, (*ANCHORS, *batched), batch=batch, at=batch)
