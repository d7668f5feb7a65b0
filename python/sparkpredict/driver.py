# SPDX-License-Identifier: Apache-2.0
"""``model.predict``: the same scores as PREDICT, for a pandas DataFrame in this process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sparkpredict import ship
from sparkpredict.descriptor import COLUMNS
from sparkpredict.errors import BindArgumentError, ModelError, ScoreError
from sparkpredict.narrow import Narrow
from sparkpredict.worker import models, scorer
from sparkpredict.worker.artifact import unpack
from sparkpredict.worker.conditions import WorkerError
from sparkpredict.worker.outputs import Outputs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pandas as pd
    from pyspark.sql import types as t

    from sparkpredict.artifact import Artifact
    from sparkpredict.descriptor import Descriptor, Feature


def load(artifact: Artifact, alias: str, uri: str) -> Any:
    """Loads the bound copy of a model, which is what the executors score with."""
    folder: Path = unpack(artifact.path, ship.staging(), artifact.digest)
    try:
        return models.load(folder, alias, uri)
    except WorkerError as error:
        raise ModelError(error.condition, **error.parameters) from error.__cause__


_NUMBERS = ("byte", "short", "integer", "long", "float", "double")


@dataclass(frozen=True)
class LocalModel:
    """A bound model as this process scores with it.

    Attributes:
        alias: for error texts.
        loaded: MLflow's Python function.
        descriptor: how its inputs are matched.
        spec: what a worker is told.
        declared: the declared return type.
    """

    alias: str
    loaded: Any
    descriptor: Descriptor
    spec: dict[str, Any]
    declared: t.DataType


def predict(model: LocalModel, data: pd.DataFrame, *, ansi: bool, case_sensitive: bool) -> Any:
    """Scores a frame; see ``BoundModel.predict``.

    Args:
        model: the model.
        data: one row for each prediction.
        ansi: whether a score that does not fit the declared type is an error.
        case_sensitive: whether names that differ in case are two names.
    """
    columns = _matched(model, data, str if case_sensitive else _folded)
    narrow = Narrow(model.alias, ansi=ansi)
    try:
        outputs = Outputs(model.spec)
        if len(data) == 0:
            column = outputs.empty()
        else:
            ready = models.ready(model.loaded, model.spec)
            column = outputs.column(scorer.answer(ready, model.spec, columns), len(data))
    except WorkerError as error:
        raise ScoreError(error.condition, **error.parameters) from error.__cause__
    answer = narrow.column(column, model.spec["carrier"], model.declared)
    answer.index = data.index
    return answer


def _matched(model: LocalModel, data: pd.DataFrame, same: Callable[[Any], str]) -> tuple[Any, ...]:
    """The frame's columns in the features' order; by name as in SQL, else by place."""
    descriptor = model.descriptor
    if descriptor.layout != COLUMNS:
        expected = descriptor.feature_count
        if expected is not None and expected != data.shape[1]:
            raise _count(model, expected, data.shape[1])
        return (data,) if descriptor.layout == "frame" else tuple(_columns(data))
    names, features = [same(name) for name in data.columns], descriptor.features
    missing = [f.name for f in features if same(f.name) not in names and not f.optional]
    if not missing:
        _check_once(model, names, same)
        return tuple(
            data.iloc[:, names.index(same(f.name))] if same(f.name) in names else _null(f, data)
            for f in features
        )
    ordinals = [f.name for f in features] == [str(at) for at in range(len(features))]
    if ordinals and len(names) == len(features):
        return tuple(_columns(data))
    if len(names) < len(features):
        raise _count(model, len(features), len(names))
    known = {same(feature.name) for feature in features}
    extra = [str(name) for name in data.columns if same(name) not in known]
    raise BindArgumentError(
        "PREDICT_ARGUMENT_NAMES",
        alias=model.alias,
        missing=", ".join(missing),
        extra=", ".join(extra) or "none",
        hint="",
    )


def _null(feature: Feature, data: pd.DataFrame) -> Any:
    """An optional feature that is not given: the column of NULLs that a worker would see."""
    import pandas as pd

    missing = float("nan") if feature.type in _NUMBERS else None
    return pd.Series([missing] * len(data), index=data.index)


def _folded(name: Any) -> str:
    return str(name).lower()


def _check_once(model: LocalModel, names: list[str], same: Callable[[Any], str]) -> None:
    for feature in model.descriptor.features:
        count = names.count(same(feature.name))
        if count > 1:
            raise BindArgumentError(
                "PREDICT_ARGUMENT_DUPLICATED",
                alias=model.alias,
                feature=feature.name,
                count=count,
            )


def _columns(data: pd.DataFrame) -> list[Any]:
    return [data.iloc[:, at] for at in range(data.shape[1])]


def _count(model: LocalModel, expected: int, found: int) -> BindArgumentError:
    names = [feature.name for feature in model.descriptor.features]
    features = f": {', '.join(names)}" if names else ""
    return BindArgumentError(
        "PREDICT_ARGUMENT_COUNT",
        alias=model.alias,
        expected=expected,
        found=found,
        features=features,
    )
