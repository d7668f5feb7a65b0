# SPDX-License-Identifier: Apache-2.0
"""The body of the carrier: batches of columns in, one column of scores out."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from . import clock, columns, models
from .artifact import published, unpack
from .batch import Scorer
from .conditions import WorkerError
from .environment import without_secrets


def score(
    spec: str, batches: Iterable[Any], count: Callable[[int], None] | None = None
) -> Iterator[Any]:
    """Scores one partition.

    Args:
        spec: JSON of what the driver decided: artifact, alias, flavor, layout, names, carrier, what
            becomes of bad rows, whether only the start of an error's text gets to the user.
        batches: for each Arrow batch a tuple of Series, or one Series or DataFrame; see
            ``worker/columns.py``.
        count: is given the number of bad rows of each batch that has some.

    Yields:
        One Series, or DataFrame for a struct carrier, of the batch's length.

    Raises:
        WorkerError: the model does not load, fails on a row, or answers with something else.
    """
    choice = json.loads(spec)
    scores = _scored(choice, batches, count)
    if not choice.get("brief"):
        yield from scores
        return
    try:
        yield from scores
    except WorkerError as error:
        # What fails last is told last, and the end is what gets lost.
        raise error.with_traceback(None) from None


def _scored(
    choice: dict[str, Any], batches: Iterable[Any], count: Callable[[int], None] | None
) -> Iterator[Any]:
    scorer = Scorer(choice, lambda: models.cached(choice, lambda: _unpacked(choice)), count)
    zone = clock.session_zone(choice["time_zone"])
    for batch in batches:
        given = batch if isinstance(batch, tuple) else (batch,)
        with without_secrets():
            scores = scorer.column(columns.split(choice, given))
        yield clock.placed(scores, choice["carrier"], zone)


def _unpacked(choice: dict[str, Any]) -> Path:
    from pyspark import SparkFiles

    root = Path(SparkFiles.getRootDirectory())
    artifact = published(choice["artifact"], root)
    shared = Path(choice["artifact"]).is_absolute()
    folder = root if shared else artifact.parent
    try:
        return unpack(artifact, folder, choice["digest"])
    except OSError as error:
        raise WorkerError(
            "PREDICT_DISK_FAILED",
            path=error.filename or folder,
            host=socket.gethostname(),
            cause=error.strerror or error,
            key="spark.local.dir",
        ) from error
