# SPDX-License-Identifier: Apache-2.0
"""Pipelines of Spark ML, MLflow's flavor spark: Spark applies them to a whole frame.

A stage may look at columns by its own names and add columns, so a pipeline is no expression:
PREDICT in SQL and ``model.udf`` say so and name the Transformer, which applies it in the JVM.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sparkpredict import conf, connect, ship
from sparkpredict.errors import BindArgumentError, invalid_argument
from sparkpredict.model import Handle
from sparkpredict.package import PIPELINE
from sparkpredict.worker.artifact import unpack

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession
    from pyspark.sql import types as t

    from sparkpredict.artifact import Artifact
    from sparkpredict.package import Package

KEPT_OUT = "Spark applies a pipeline of its own"
_PREDICTION = "prediction"  # what Spark ML calls its answer
_PLAIN = {"engine": ("auto",), "on_error": ("fail",), "params": (None,), "nulls": ("auto", "nan")}


def check(package: Package, chosen: dict[str, Any], session: SparkSession) -> None:
    """Refuses what only a function of a row can have.

    Raises:
        BindArgumentError: such a choice, or a session of Spark Connect.
    """
    if package.flavor != PIPELINE:
        return
    if connect.is_connect(session):
        raise BindArgumentError("PREDICT_PIPELINE_ON_CONNECT", path=package.folder)
    for name, plain in _PLAIN.items():
        if chosen[name] not in plain:
            raise invalid_argument(
                name, chosen[name], "left out: Spark applies a pipeline of its own to a whole frame"
            )


@dataclass(frozen=True)
class PipelineHandle(Handle):
    """A binding of a pipeline.

    Attributes:
        artifact: the copy of the model that was bound.
        output: the column that is the answer; None for ``prediction``.
        declared: the type that it is cast to.
    """

    artifact: Artifact
    output: str | None
    declared: t.DataType

    @cached_property
    def _pipeline(self) -> Any:
        from mlflow import spark  # what loading it costs is paid when a frame is scored

        folder = unpack(self.artifact.path, ship.staging(), self.artifact.digest)
        return spark.load_model(str(folder))

    def added(self, dataset: DataFrame, inputs: list[str], output: str) -> DataFrame:
        """The rows as they are, with the answer in a column of its own.

        The pipeline sees its inputs alone, so that no column of the rows is in the way of one that
        a stage adds.
        """
        from pyspark.sql import functions as f

        whole, answer = (f"__predict_{secrets.token_hex(4)}" for _ in range(2))
        given = dataset.select(f.struct("*").alias(whole), *[f.col(_quoted(c)) for c in inputs])
        scored = self._pipeline.transform(given)
        taken = scored.select(f.col(whole), self._answer(scored).alias(answer))
        rows = taken.select(f"{whole}.*", answer).drop(output)
        named: DataFrame = rows.withColumnRenamed(answer, output)
        return named

    def _answer(self, scored: DataFrame) -> Column:
        from pyspark.sql import functions as f
        from pyspark.sql import types as t

        if not isinstance(self.declared, t.StructType):
            return self._one(scored, self.output or _PREDICTION, self.declared)
        fields = [
            self._one(scored, field.name, field.dataType).alias(field.name)
            for field in self.declared.fields
        ]
        return f.struct(*fields)

    def _one(self, scored: DataFrame, name: str, declared: t.DataType) -> Column:
        """A column of the declared type; what does not fit is NULL where ANSI mode is off."""
        from pyspark.ml.functions import vector_to_array
        from pyspark.ml.linalg import VectorUDT
        from pyspark.sql import functions as f

        if name not in scored.columns:
            raise BindArgumentError(
                "PREDICT_OUTPUT_UNKNOWN",
                alias=self.alias,
                flavor=PIPELINE,
                output=name,
                known=", ".join(c for c in scored.columns if not c.startswith("__predict_")),
            )
        column = f.col(_quoted(name))
        if isinstance(scored.schema[name].dataType, VectorUDT):
            return vector_to_array(column).cast(declared)
        if conf.flag(self.spark, "spark.sql.ansi.enabled"):
            return column.cast(declared)
        return f.expr(f"try_cast({_quoted(name)} AS {declared.simpleString()})")


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
