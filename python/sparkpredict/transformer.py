# SPDX-License-Identifier: Apache-2.0
"""A bound model as a ``pyspark.ml`` Transformer that can be saved."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pyspark import keyword_only
from pyspark.ml import Transformer
from pyspark.ml.param import Param, Params, TypeConverters
from pyspark.ml.param.shared import HasInputCols, HasOutputCol
from pyspark.ml.util import DefaultParamsReadable, DefaultParamsReader, DefaultParamsWritable
from pyspark.sql import types as t

from sparkpredict import registry
from sparkpredict.errors import BindArgumentError
from sparkpredict.package import PIPELINE
from sparkpredict.session import installation, ready

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from sparkpredict.model import BoundModel, Handle


_OPTIONS = ("binding", "device", "meta_data", "nulls", "on_error", "output", "params")


class PredictTransformer(
    Transformer,
    HasInputCols,
    HasOutputCol,
    DefaultParamsReadable["PredictTransformer"],
    DefaultParamsWritable,
):
    """Adds a column of predictions.

    Saving it writes the arguments of the binding with the model's digest, never credentials: a
    linked service by its name, another workspace by its three names. Loading it takes the model
    that is bound to the alias, else binds it again from its URI. It refuses a model that has
    changed, and never replaces another model that is bound to the alias.

    Example:
        >>> model.create_transformer().setInputCols(["a", "b"]).setOutputCol("score")
        ... # doctest: +SKIP
    """

    modelAlias: Param[str] = Param(Params._dummy(), "modelAlias", "alias", TypeConverters.toString)
    modelUri: Param[str] = Param(
        Params._dummy(), "modelUri", "where the model is bound from", TypeConverters.toString
    )
    digest: Param[str] = Param(Params._dummy(), "digest", "the model's", TypeConverters.toString)
    returnType: Param[str] = Param(
        Params._dummy(), "returnType", "declared type, Spark's JSON", TypeConverters.toString
    )
    runtime: Param[str] = Param(Params._dummy(), "runtime", "mlflow", TypeConverters.toString)
    engine: Param[str] = Param(
        Params._dummy(), "engine", "the engine that was asked for", TypeConverters.toString
    )

    options: Param[str] = Param(
        Params._dummy(),
        "options",
        "the other arguments of bind_model, JSON",
        TypeConverters.toString,
    )

    @keyword_only
    def __init__(self) -> None:
        super().__init__()
        self._setDefault(outputCol="PREDICT")
        self._handle: Handle | None = None

    @classmethod
    def of(cls, model: BoundModel) -> PredictTransformer:
        """The transformer of a bound model."""
        transformer = cls()
        transformer._handle = model.handle
        chosen = {name: model.choices[name] for name in (*_OPTIONS, "safe_mode")}
        return transformer._set(
            modelAlias=model.alias,
            modelUri=model.uri,
            digest=model.digest,
            returnType=model.return_type.json(),
            runtime=model.choices["runtime"],
            engine=model.choices["engine"],
            options=json.dumps({**chosen, **model.again}, sort_keys=True),
        )

    def setInputCols(self, value: list[str]) -> PredictTransformer:  # noqa: N802 (pyspark.ml's name)
        """Sets the columns that go into the model, matched to its features as in SQL."""
        return self._set(inputCols=value)

    def setOutputCol(self, value: str) -> PredictTransformer:  # noqa: N802 (pyspark.ml's name)
        """Sets the name of the column of predictions; ``PREDICT`` if not set."""
        return self._set(outputCol=value)

    @classmethod
    def read(cls) -> DefaultParamsReader[PredictTransformer]:
        """A reader that binds the model again."""
        return _BindingReader(cls)

    def copy(self, extra: Any = None) -> PredictTransformer:
        """A copy with other params, of the same bound model."""
        copied: PredictTransformer = super().copy(extra)
        copied._handle = self._handle
        return copied

    def _transform(self, dataset: DataFrame) -> DataFrame:
        if not self.isSet(self.inputCols):
            raise BindArgumentError(
                "PREDICT_INVALID_ARGUMENT",
                argument="inputCols",
                value="not set",
                expected="the columns that the model takes",
            )
        handle = self._bound()
        return handle.added(dataset, self.getInputCols(), self.getOutputCol())

    def _bound(self) -> Handle:
        if self._handle is None:
            self._handle = self._found() or self._bind()
        return self._handle

    def _found(self) -> Handle | None:
        """The model that is bound to the alias already, by whatever credentials."""
        from sparkpredict.model import Handle

        alias, digest = self.getOrDefault(self.modelAlias), self.getOrDefault(self.digest)
        declared = json.loads(self.getOrDefault(self.returnType))
        session, found = installation(ready())
        bound = registry.spelling(session, alias)
        if bound not in found["models"]:
            return None
        there = registry.info(session, bound)
        if there.digest != digest or there.details["choices"]["returns"] != declared:
            raise BindArgumentError("PREDICT_ALIAS_TAKEN", alias=alias, digest=there.digest[:12])
        if there.details["model"]["flavor"] == PIPELINE:
            return None  # the driver has to load it itself
        options = json.loads(self.getOrDefault(self.options))
        chosen = {name: options[name] for name in _OPTIONS}
        for param in (self.runtime, self.engine):
            chosen[param.name] = self.getOrDefault(param)
        return Handle(session, alias, registry.identity(digest, self._declared(), chosen))

    def _bind(self) -> Handle:
        from sparkpredict.bind import bind_model

        model = bind_model(
            self._declared(),
            self.getOrDefault(self.runtime),
            self.getOrDefault(self.modelAlias),
            self.getOrDefault(self.modelUri),
            engine=self.getOrDefault(self.engine),
            digest=self.getOrDefault(self.digest),
            **json.loads(self.getOrDefault(self.options)),
        )
        return model.register().handle

    def _declared(self) -> t.DataType:
        declared = json.loads(self.getOrDefault(self.returnType))
        field = {"name": "output", "type": declared, "nullable": True, "metadata": {}}
        return t.StructField.fromJson(field).dataType


class _BindingReader(DefaultParamsReader[PredictTransformer]):
    """Reads the params, then binds, so that a missing or changed model is an error of the load."""

    def load(self, path: str) -> PredictTransformer:
        transformer: PredictTransformer = super().load(path)
        transformer._bound()
        return transformer
