# SPDX-License-Identifier: Apache-2.0
"""The body of the carrier: batches of columns in, one column of scores out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from . import guard, models
from .artifact import unpack
from .conditions import WorkerError
from .inputs import arranged
from .outputs import Outputs


def score(spec: str, batches: Iterable[Any]) -> Iterator[Any]:
    """Scores one partition.

    Args:
        spec: JSON of what the driver decided: artifact, alias, flavor, layout, names, carrier.
        batches: for each Arrow batch a tuple of Series, or one Series or DataFrame; the last is a
            guard if there is one more than the model takes.

    Yields:
        One Series, or DataFrame for a struct carrier, of the batch's length.

    Raises:
        WorkerError: the model does not load, fails on a batch, or answers with something else.
    """
    choice = json.loads(spec)
    outputs = Outputs(choice)
    model = None
    for batch in batches:
        given = batch if isinstance(batch, tuple) else (batch,)
        columns, needed = guard.split(choice, given)
        rows = len(columns[0])
        if rows == 0:
            scores = outputs.empty()
        else:
            model = model or models.cached(choice, lambda: _unpacked(choice))
            scores = outputs.column(answer(model, choice, columns), rows)
        yield scores if needed is None else guard.spread(scores, needed)


def answer(model: models.Loaded, choice: dict[str, Any], columns: tuple[Any, ...]) -> Any:
    """What the model says of one batch; an error of the model's is named with alias and digest."""
    data = arranged(choice, columns, by_matrix=model.by_matrix)
    try:
        return model.predict(data)
    except Exception as error:
        raise WorkerError(
            "PREDICT_MODEL_BATCH_FAILED",
            alias=choice["alias"],
            digest=choice["digest"][:12],
            rows=len(columns[0]),
            cause=f"{type(error).__name__}: {error}",
        ) from error


def _unpacked(choice: dict[str, Any]) -> Path:
    from pyspark import SparkFiles

    named = Path(choice["artifact"])
    artifact = named if named.is_absolute() else Path(SparkFiles.get(choice["artifact"]))
    folder = Path(SparkFiles.getRootDirectory()) if named.is_absolute() else artifact.parent
    return unpack(artifact, folder, choice["digest"])
