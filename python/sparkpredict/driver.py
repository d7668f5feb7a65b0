# SPDX-License-Identifier: Apache-2.0
"""``model.predict``: the same scores as PREDICT, for a pandas DataFrame in this process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sparkpredict import ship
from sparkpredict.choices import FAIL
from sparkpredict.errors import ModelError, ScoreError
from sparkpredict.intake import Intake
from sparkpredict.match import FeatureMatch
from sparkpredict.narrow import Narrow
from sparkpredict.worker import loading, models
from sparkpredict.worker.artifact import unpack
from sparkpredict.worker.batch import Scorer
from sparkpredict.worker.conditions import WorkerError

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from pyspark.sql import types as t

    from sparkpredict.artifact import Artifact
    from sparkpredict.descriptor import Descriptor


def load(artifact: Artifact, alias: str, uri: str, *, in_safe_mode: bool) -> Any:
    """Loads the bound copy of a model, which is what the executors score with."""
    folder: Path = unpack(artifact.path, ship.staging(), artifact.digest)
    try:
        return loading.load(folder, alias, uri, in_safe_mode=in_safe_mode)
    except WorkerError as error:
        raise ModelError(error.condition, **error.parameters) from error.__cause__


@dataclass(frozen=True)
class LocalModel:
    """A bound model as this process scores with it.

    Attributes:
        alias: for error texts.
        loaded: MLflow's Python function.
        descriptor: how its inputs are matched.
        spec: what a worker is told.
        choices: what the user chose when binding.
        declared: the declared return type.
    """

    alias: str
    loaded: Any
    descriptor: Descriptor
    spec: dict[str, Any]
    choices: dict[str, Any]
    declared: t.DataType


def predict(model: LocalModel, data: pd.DataFrame, *, ansi: bool, case_sensitive: bool) -> Any:
    """Scores a frame; see ``BoundModel.predict``.

    Args:
        model: the model.
        data: one row for each prediction.
        ansi: whether a score that does not fit the declared type is an error.
        case_sensitive: whether names that differ in case are two names.
    """
    same = str if case_sensitive else _folded
    matching = FeatureMatch(model.alias, model.descriptor, model.choices["binding"], same)
    intake = Intake(model.alias, model.descriptor, model.choices["nulls"])
    batch = intake.batch(matching.arguments(data), len(data))
    scorer = Scorer(model.spec, lambda: models.ready(model.loaded, model.spec))
    try:
        column = scorer.column(batch)
    except WorkerError as error:
        raise ScoreError(error.condition, **error.parameters) from error.__cause__
    ends = model.choices["on_error"] == FAIL
    narrow = Narrow(model.alias, ansi=ansi and ends)
    answer = narrow.column(column, model.spec["carrier"], model.declared)
    answer.index = data.index
    return answer


def _folded(name: Any) -> str:
    return str(name).lower()
