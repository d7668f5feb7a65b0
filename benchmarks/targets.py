# SPDX-License-Identifier: Apache-2.0
"""What the figures have to be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from benchmarks.engine_models import MODELS
from benchmarks.flavors import FLAVORS

AT_LEAST, AT_MOST = ">=", "<="

# times as fast as
ONNX = {
    "onnx_linear": {"default_batch": 12.0, "best_batch": 4.5, "mlflow_spark_udf": 2.0},
    "onnx_mlp": {"default_batch": 6.0, "best_batch": 2.8, "mlflow_spark_udf": 2.0},
    "onnx_cnn": {"default_batch": 2.0, "best_batch": 1.3},
}

# measurement, path to the figure, direction, limit, in words
TARGETS = (
    ("linear", "times_as_fast_as.mlflow_spark_udf.median", AT_LEAST, 1.5, "linear: against mlflow"),
    ("linear", "times_as_fast_as.pandas_udf.median", AT_LEAST, 0.95, "linear: against pandas UDF"),
    ("trees", "times_as_fast_as.mlflow_spark_udf.median", AT_LEAST, 1.0, "trees: against mlflow"),
    ("trees", "times_as_fast_as.pandas_udf.median", AT_LEAST, 1.0, "trees: against pandas UDF"),
    (
        "bad_rows",
        "times_as_fast_as.predict_fail.median",
        AT_LEAST,
        0.98,
        "bad rows: null against fail",
    ),
    *(
        (
            "compiled",
            f"{name}.against_mlflow.median",
            AT_LEAST,
            model.times,
            f"compiled {name}: against mlflow",
        )
        for name, model in MODELS.items()
    ),
    *(
        (
            "compiled",
            f"{name}.rows_against_columns.median",
            AT_LEAST,
            0.65,
            f"compiled {name}: rows against columns",
        )
        for name in MODELS
    ),
    (
        "synapseml",
        "histogram.against_best_batch.median",
        AT_LEAST,
        7.0,
        "histogram: against SynapseML's ONNXModel",
    ),
    (
        "inplace",
        "processor_against_best_batch.median",
        AT_LEAST,
        2.0,
        "xgboost_200: a core, against inplace_predict",
    ),
    ("compiled", "linear.against_sql.median", AT_LEAST, 0.85, "compiled linear: against SQL"),
    *(
        ("onnx", f"{name}.against_{who}.median", AT_LEAST, limit, f"{name}: against {who}")
        for name, limits in ONNX.items()
        for who, limit in limits.items()
    ),
    ("onnx", "onnx_linear.against_scan.median", AT_LEAST, 0.8, "onnx_linear: of the scan"),
    ("onnx", "onnx_mlp.of_the_library.median", AT_LEAST, 0.6, "onnx_mlp: a core, of the library"),
    ("onnx_large", "seconds.median", AT_MOST, 1.2, "onnx_large: to the first row, of Python's"),
    ("onnx_large", "bytes.median", AT_MOST, 1.3, "onnx_large: memory, of Python's"),
    *(
        ("flavors", f"{name}.against_mlflow.median", AT_LEAST, 1.0, f"{name}: against mlflow")
        for name in FLAVORS
    ),
    ("planning", "1.added.median", AT_MOST, 10.0, "planning: ms added"),
    ("bind", "first", AT_MOST, 1.0, "bind: seconds, first"),
    ("import", "added.median", AT_MOST, 0.3, "import: seconds beyond pyspark"),
)


def judge(results: dict[str, Any]) -> list[dict[str, Any]]:
    """The targets of the measurements that were made."""
    judged = []
    for measurement, path, direction, limit, words in TARGETS:
        if measurement in results and path.partition(".")[0] not in _left_out(results, measurement):
            figure = _at(results[measurement], path)
            met = figure >= limit if direction == AT_LEAST else figure <= limit
            judged.append(
                {"what": words, "figure": figure, "wanted": f"{direction} {limit}", "met": met}
            )
    return judged


def _left_out(results: dict[str, Any], measurement: str) -> set[str]:
    """The models that were not measured this time."""
    known = {"compiled": MODELS, "flavors": FLAVORS}.get(measurement, {})
    return set(known) - set(results[measurement])


def lines(judged: list[dict[str, Any]]) -> Iterator[str]:
    for target in judged:
        verdict = "met   " if target["met"] else "MISSED"
        yield f"{verdict} {target['what']:<32} {target['figure']:7.3f}  wanted {target['wanted']}"


def _at(result: Any, path: str) -> float:
    for name in path.split("."):
        result = result[name]
    return float(result)
