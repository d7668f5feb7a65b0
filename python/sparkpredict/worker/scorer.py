# SPDX-License-Identifier: Apache-2.0
"""The body of the carrier: batches of columns in, one column of scores out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from . import models
from .artifact import unpack
from .conditions import WorkerError
from .outputs import Outputs


def score(spec: str, batches: Iterable[Any]) -> Iterator[Any]:
    """Scores one partition.

    Args:
        spec: JSON of what the driver decided: artifact, alias, flavor, layout, names, carrier.
        batches: for each Arrow batch a tuple of Series, or one Series or DataFrame.

    Yields:
        One Series, or DataFrame for a struct carrier, of the batch's length.

    Raises:
        WorkerError: the model does not load, fails on a batch, or answers with something else.
    """
    choice = json.loads(spec)
    outputs = Outputs(choice["alias"], choice["carrier"])
    predict = None
    for batch in batches:
        columns = batch if isinstance(batch, tuple) else (batch,)
        rows = len(columns[0])
        if rows == 0:
            yield outputs.empty()
            continue
        predict = predict or _model(choice)
        yield outputs.column(run(predict, inputs(choice, columns), choice, rows), rows)


def inputs(choice: dict[str, Any], columns: tuple[Any, ...]) -> Any:
    """What the model's predict takes: a named frame, a plain matrix, or the query's own frame."""
    if choice["layout"] == "frame":
        return columns[0]
    if choice["layout"] == "matrix":
        matrix = np.column_stack([column.to_numpy() for column in columns])
        return matrix.astype(choice["dtype"], copy=False) if choice.get("dtype") else matrix
    return pd.DataFrame(dict(zip(choice["names"], columns)))


def run(predict: models.Predict, data: Any, choice: dict[str, Any], rows: int) -> Any:
    """Calls the model on one batch and names it when it fails."""
    try:
        return predict(data)
    except Exception as error:
        raise WorkerError(
            "PREDICT_MODEL_BATCH_FAILED",
            alias=choice["alias"],
            digest=choice["digest"][:12],
            rows=rows,
            cause=f"{type(error).__name__}: {error}",
        ) from error


def _model(choice: dict[str, Any]) -> models.Predict:
    return models.cached(
        choice["digest"], choice["alias"], choice["flavor"], lambda: _unpacked(choice)
    )


def _unpacked(choice: dict[str, Any]) -> Path:
    from pyspark import SparkFiles

    named = Path(choice["artifact"])
    artifact = named if named.is_absolute() else Path(SparkFiles.get(choice["artifact"]))
    folder = Path(SparkFiles.getRootDirectory()) if named.is_absolute() else artifact.parent
    return unpack(artifact, folder, choice["digest"])
