# SPDX-License-Identifier: Apache-2.0
"""What PREDICT is measured beside, each run the way that its own pages say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from benchmarks.case import Case, Contender
    from benchmarks.workloads import Workload


class Cannot(Exception):
    """Why a peer cannot take part: one sentence for the table."""


@dataclass(frozen=True)
class Near:
    """How near a peer's scores are to the library's.

    Attributes:
        tolerance: relative, and absolute below 1.
        share: of the rows that may differ by more: what computes in float32 takes the other branch
            where a number is next to a threshold.
    """

    tolerance: float
    share: float = 0.0


DOUBLE = Near(1e-9)
SINGLE = Near(1e-3, share=2e-3)
IN_FLOAT32 = ("onnx", "converted", "flavors")  # groups of models that compute in it themselves
LIGHTGBM = "com.microsoft.azure:synapseml-lightgbm_2.12:1.1.0"
DEEP_LEARNING = "com.microsoft.azure:synapseml-deep-learning_2.12:1.1.0"


@dataclass(frozen=True)
class Peer:
    """Who is measured.

    Attributes:
        place: the function that makes a contender of a case, ``module:function`` below ``peers``.
        words: what it is, for the page.
        near: how near its scores must be.
        package: what its session needs beside Spark and PREDICT, by its Maven coordinate.
        scores: whether it answers scores at all.
    """

    place: str
    words: str
    near: Near = DOUBLE
    package: str = ""
    scores: bool = True

    def checked(self, workload: Workload) -> Near | None:
        """How near its scores must be on a workload, or nothing where there are no scores."""
        near = SINGLE if workload.group in IN_FLOAT32 else self.near
        return near if self.scores else None

    def make(self, case: Case) -> Contender:
        """Takes part.

        Raises:
            Cannot: with the reason.
        """
        module, _, function = self.place.partition(":")
        made: Callable[[Any], Contender] = getattr(
            import_module(f"benchmarks.peers.{module}"), function
        )
        return made(case)


PEERS = {
    "predict": Peer("predict:auto", "`PREDICT`, the engine chosen by itself", near=Near(1e-6)),
    "predict_rows": Peer("predict:of_rows", "`PREDICT` over rows: a filter is below it"),
    "predict_python": Peer("predict:python", "`PREDICT` by the engine `python`", near=Near(1e-6)),
    "predict_onnx": Peer("predict:onnx", "`PREDICT` by the engine `onnx`", near=SINGLE),
    "predict_null": Peer("predict:null_for_bad_rows", "`PREDICT` with `on_error='null'`"),
    "scan": Peer("query:scan", "the features are read, nothing is scored", scores=False),
    "sql": Peer("query:by_hand", "the model written down as SQL: the query's limit"),
    "mlflow_spark_udf": Peer("mlflow_udf:scored", "`mlflow.pyfunc.spark_udf`", near=Near(1e-6)),
    "pandas_udf": Peer("by_hand:pandas_udf", "a hand-written iterator pandas UDF", near=Near(1e-6)),
    "map_in_arrow": Peer("by_hand:map_in_arrow", "a hand-written `mapInArrow`", near=Near(1e-6)),
    "predict_batch_udf": Peer(
        "batch_udf:scored", "`predict_batch_udf`, fed with numpy", near=Near(1e-6)
    ),
    "onnxruntime_udf": Peer(
        "by_hand:onnxruntime_udf", "ONNX Runtime in an iterator pandas UDF", near=SINGLE
    ),
    "synapseml_onnx": Peer(
        "synapseml:onnx", "SynapseML's `ONNXModel`, its batch of 10", SINGLE, DEEP_LEARNING
    ),
    "synapseml_onnx_best": Peer(
        "synapseml:onnx_best", "the same, with its best batch", SINGLE, DEEP_LEARNING
    ),
    "synapseml_lightgbm": Peer(
        "synapseml:lightgbm", "SynapseML's LightGBM transformer", package=LIGHTGBM
    ),
    "spark_xgboost": Peer("xgboost_spark:scored", "XGBoost's `SparkXGBRegressorModel`", SINGLE),
    "library": Peer("library:alone", "the library alone, a process for each core", near=Near(1e-6)),
    # of the phases
    "to_parquet": Peer("predict:to_parquet", "`PREDICT`, written to Parquet", scores=False),
    "identity_udf": Peer(
        "by_hand:identity_udf", "a pandas UDF that gives a column back", scores=False
    ),
    "pandas_udf_to_parquet": Peer(
        "by_hand:to_parquet", "the pandas UDF, written to Parquet", scores=False
    ),
}
