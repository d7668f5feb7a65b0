# SPDX-License-Identifier: Apache-2.0
"""A model that was bound: register it, call it, ask about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Union

from sparkpredict import conf, connect, jvm, registry, ship
from sparkpredict.package import PIPELINE

if TYPE_CHECKING:
    import pandas as pd
    from pyspark.sql import Column, DataFrame, SparkSession

    from sparkpredict.answers import Answer
    from sparkpredict.artifact import Artifact
    from sparkpredict.cache import Kept
    from sparkpredict.descriptor import Descriptor
    from sparkpredict.info import ModelInfo
    from sparkpredict.transformer import PredictTransformer

    ColumnOrName = Union[Column, str]


class BoundModel:
    """What ``bind_model`` returns. One object stands for one model under one alias.

    Attributes:
        alias: what queries call it.
        uri: where it came from, absolute.
        digest: SHA-256 of its folder, 64 hexadecimal digits.
        return_type: what PREDICT returns.
        choices: the arguments of ``bind_model`` as JSON, with its URI and the way of sign-in.
        again: the arguments by which its store can be opened again; no secrets.
    """

    def __init__(
        self,
        *,
        spark: SparkSession,
        alias: str,
        uri: str,
        artifact: Artifact,
        descriptor: Descriptor,
        answer: Answer,
        choices: dict[str, Any],
        again: dict[str, Any],
        loaded: Any,
        kept: Kept | None = None,
    ) -> None:
        self.alias = alias
        self.uri = uri
        self.digest = artifact.digest
        self.return_type = answer.declared
        self.choices = choices
        self.again = again
        self._spark = spark
        self._artifact = artifact
        self._descriptor = descriptor
        self._answer = answer
        self._loaded = loaded
        self._kept = kept

    def register(self) -> BoundModel:
        """Binds the alias in the session; replaces what it was bound to, for new queries only.

        Returns:
            This object.

        Raises:
            ModelError: the model is too large for Spark's file server and no folder is set.
            ReturnTypeError: this Spark's Python functions cannot return the declared type.
        """
        name = ship.model(self._spark, self._artifact)
        registry.put(
            self._spark,
            registry.Registration(
                alias=self.alias,
                digest=self.digest,
                artifact=name,
                declared=self.return_type,
                carrier=self._answer.carrier,
                spec={
                    **self._spec(),
                    "artifact": name,
                    "brief": connect.shortens_errors(self._spark),
                    "time_zone": self._spark.conf.get("spark.sql.session.timeZone", None),
                },
                choices=self.choices,
                reads_params=self._answer.ask is None and self.choices["output"] is None,
                kept=self._kept,
            ),
        )
        return self

    def _spec(self) -> dict[str, Any]:
        """What the scorer needs to know of the model."""
        return {
            **self._descriptor.scoring(),
            "alias": self.alias,
            "answer": self._answer.ask,
            "carrier": self._answer.carrier.shape,
            "meta_data": self.choices["meta_data"],
            "on_error": self.choices["on_error"],
            "output": self.choices["output"],
            "params": self.choices["params"],
            "safe_mode": self.choices["safe_mode"],
        }

    def unregister(self) -> None:
        """Takes the alias out of the session. Queries that were analysed before keep the model.

        What this process has loaded is freed; ``predict`` would load it again.
        """
        registry.remove(self._spark, self.alias)
        self._loaded = None

    def info(self) -> ModelInfo:
        """What the alias is bound to now, what scores it and why.

        Raises:
            AnalysisException: the alias is not bound.
        """
        return registry.info(self._spark, self.alias)

    def udf(self, alias: ColumnOrName, *columns: ColumnOrName) -> Column:
        """The prediction as a Column: the same as ``PREDICT(alias, columns...)`` in SQL.

        Args:
            alias: ``lit(alias)``, the alias of this model; a plain text is taken as one.
            columns: names or Columns, matched to the features as in SQL.

        Raises:
            AnalysisException: the alias is another model's, or the columns do not fit.

        Example:
            >>> df.withColumn("score", model.udf(lit("churn"), *df.columns))  # doctest: +SKIP
        """
        return self.handle.column(alias, *columns)

    @property
    def handle(self) -> Handle:
        """What its udf and its Transformer call."""
        identity = registry.identity(self.digest, self.return_type, self.choices)
        if self._descriptor.flavor != PIPELINE:
            return Handle(self._spark, self.alias, identity)
        from sparkpredict.pipeline import PipelineHandle

        handle: Handle = self._loaded or PipelineHandle(
            self._spark,
            self.alias,
            identity,
            artifact=self._artifact,
            output=self.choices["output"],
            declared=self.return_type,
        )
        self._loaded = handle  # with the pipeline, which takes seconds to load
        return handle

    def create_transformer(self) -> PredictTransformer:
        """A ``pyspark.ml`` Transformer of this model; set its input and output columns."""
        from sparkpredict.transformer import PredictTransformer

        return PredictTransformer.of(self)

    def predict(self, data: pd.DataFrame) -> pd.Series[Any] | pd.DataFrame:
        """Scores a pandas DataFrame in this process, with the same meaning as in SQL.

        Args:
            data: one row for each prediction; columns are matched to the features as in SQL. NULL
                is None, ``pandas.NA`` and NaT; NaN in a column of floats is NaN.

        Returns:
            A Series with the index of the data; a DataFrame where the return type is a struct, and
            one of the columns ``value`` and ``error`` with ``on_error="capture"``.

        Raises:
            ScoreError: the model fails on a row and ``on_error`` is ``"fail"``, or a score does not
                fit the declared type under ANSI.
            BindArgumentError: the columns do not fit the model's features.
        """
        from sparkpredict import driver

        if self._descriptor.flavor == PIPELINE:
            return self._by_pipeline(data)
        if self._loaded is None:
            self._loaded = driver.load(
                self._artifact,
                self.alias,
                self.choices["uri"],
                in_safe_mode=self.choices["safe_mode"],
            )
        local = driver.LocalModel(
            alias=self.alias,
            loaded=self._loaded,
            descriptor=self._descriptor,
            spec=self._spec(),
            choices=self.choices,
            declared=self.return_type,
        )
        scores: pd.Series[Any] | pd.DataFrame = driver.predict(
            local,
            data,
            ansi=conf.flag(self._spark, "spark.sql.ansi.enabled"),
            case_sensitive=conf.flag(self._spark, "spark.sql.caseSensitive"),
        )
        return scores

    def _by_pipeline(self, data: pd.DataFrame) -> pd.Series[Any] | pd.DataFrame:
        from pyspark.sql import types as t

        frame = self._spark.createDataFrame(data)
        scored = self.handle.added(frame, list(data.columns), "score").select("score").collect()
        import pandas as pd

        if isinstance(self.return_type, t.StructType):
            rows = [row.score.asDict() for row in scored]
            return pd.DataFrame(rows, index=data.index)
        return pd.Series([row.score for row in scored], index=data.index)

    def __repr__(self) -> str:
        told = f"alias={self.alias!r}, digest={self.digest[:12]}, uri={self.choices['uri']!r}"
        return f"BoundModel({told})"


@dataclass(frozen=True)
class Handle:
    """One binding, which queries call only while its alias stands for it.

    Attributes:
        spark: the session.
        alias: what queries call it.
        identity: what ``registry.identity`` says of it.
    """

    spark: SparkSession
    alias: str
    identity: str

    def column(self, alias: ColumnOrName, *columns: ColumnOrName) -> Column:
        """The prediction as a Column; see ``BoundModel.udf``."""
        from pyspark.sql import functions

        named = functions.lit(alias) if isinstance(alias, str) else alias
        handle = functions.lit(bytearray(f"{self.identity} {self.alias}".encode()))
        inputs = [functions.col(_quoted(c)) if isinstance(c, str) else c for c in columns]
        return jvm.call_function(self.spark, "predict", handle, named, *inputs)

    def added(self, dataset: DataFrame, inputs: list[str], output: str) -> DataFrame:
        """A frame with the prediction of those columns."""
        return dataset.withColumn(output, self.column(self.alias, *inputs))


def _quoted(name: str) -> str:
    """A column's name as it is: with its dots, and without being parsed."""
    return "`" + name.replace("`", "``") + "`" if name != "*" else name
