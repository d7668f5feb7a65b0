# SPDX-License-Identifier: Apache-2.0
"""One batch from its columns to its scores, bad rows and rows without a score included."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import Any

import numpy as np
import pandas as pd

from . import guard
from .bad_rows import Part, is_no_rows_fault, parts, told
from .carrier import CAPTURED, ERROR, VALUE
from .columns import Batch
from .conditions import WorkerError
from .inputs import arranged
from .models import Loaded
from .outputs import Outputs
from .row_text import flawed_row_text, row_text
from .tensors import groups

FAIL = "fail"


class Scorer:
    """Scores batches by one binding of a model.

    Args:
        choice: what the driver decided.
        model: gives the model; called only when there are rows to score.
        count: is given the number of bad rows of each batch that has some.
    """

    def __init__(
        self,
        choice: dict[str, Any],
        model: Callable[[], Loaded],
        count: Callable[[int], None] | None = None,
    ) -> None:
        carrier = choice["carrier"]
        self.choice = choice
        self.captures = carrier["kind"] == CAPTURED
        self.outputs = Outputs({**choice, "carrier": carrier["shape"]} if self.captures else choice)
        self.count = count
        self._load = model

    @cached_property
    def model(self) -> Loaded:
        """Looked up once, and not before there are rows to score."""
        return self._load()

    def column(self, batch: Batch) -> Any:
        """The carrier's column: one Series, or a DataFrame, with one value for each row.

        Raises:
            WorkerError: a bad row where these end the query, or what is no row's fault.
        """
        given, rows = batch.given, len(batch.inputs[0])
        if batch.flaws is not None and self.choice["on_error"] == FAIL:
            raise self._flawed(batch)
        inputs = batch.inputs if given is None else guard.picked(batch.inputs, given)
        scores, failed = self._scores(inputs, self._params(batch))
        if given is not None:
            scores = guard.spread(scores, given)
        errors = _errors(rows, batch.flaws, given, failed)
        if errors is not None and self.count is not None:
            self.count(sum(error is not None for error in errors))
        return self._captured(scores, errors) if self.captures else scores

    def _scores(
        self, inputs: tuple[Any, ...], params: dict[str, Any] | None
    ) -> tuple[Any, dict[int, Exception]]:
        """The scores of rows that the model is given, NULL for bad ones; and these with why."""
        alike = groups(self.choice, inputs)
        if alike is None:
            return self._together(inputs, params)
        scores, failed = [], {}
        for rows in alike:
            taken = tuple(column.iloc[rows].reset_index(drop=True) for column in inputs)
            part, bad = self._together(taken, params)
            scores.append(part)
            failed.update({int(rows[at]): error for at, error in bad.items()})
        places = np.argsort(np.concatenate(alike))
        return guard.joined(scores).iloc[places].reset_index(drop=True), failed

    def _together(
        self, inputs: tuple[Any, ...], params: dict[str, Any] | None
    ) -> tuple[Any, dict[int, Exception]]:
        rows = len(inputs[0])
        if rows == 0:
            return self.outputs.empty(), {}
        attempt = partial(self._attempt, inputs, params)
        whole = attempt(0, rows)
        if whole.error is None:
            return whole.scores, {}
        if self.choice["on_error"] == FAIL:
            raise self._first_bad_row(attempt, whole, inputs)
        found = list(parts(attempt, whole))
        failed = {part.start: part.error for part in found if part.error is not None}
        good = [part.scores for part in found if part.error is None]
        fine = np.ones(rows, dtype=bool)
        fine[list(failed)] = False
        scores = guard.joined(good) if good else self.outputs.empty()
        return (guard.spread(scores, fine) if failed else scores), failed

    def _attempt(
        self, inputs: tuple[Any, ...], params: dict[str, Any] | None, start: int, stop: int
    ) -> Part:
        rows = stop - start
        if rows < len(inputs[0]):
            inputs = tuple(column.iloc[start:stop].reset_index(drop=True) for column in inputs)
        model = self.model
        try:
            data = arranged(self.choice, inputs, by_matrix=model.by_matrix)
            answer = model.predict(data, params)
        except WorkerError:
            raise
        except Exception as error:
            if is_no_rows_fault(error):
                raise self._failed(rows, error) from error
            return Part(start, stop, error=error)
        return Part(start, stop, scores=self.outputs.column(answer, rows))

    def _params(self, batch: Batch) -> dict[str, Any] | None:
        """The binding's inference parameters, and over them those of the call."""
        bound = self.choice["params"]
        return bound if batch.params is None else {**(bound or {}), **batch.params}

    def _first_bad_row(
        self, attempt: Callable[[int, int], Part], whole: Part, inputs: tuple[Any, ...]
    ) -> WorkerError:
        """Names the first row that the model fails on alone; the batch if there is none."""
        bad = next((part for part in parts(attempt, whole) if part.error is not None), None)
        if bad is None:
            return self._failed(whole.stop, whole.error)
        return self._bad_row(told(bad.error), row_text(self.choice, inputs, bad.start), bad.error)

    def _flawed(self, batch: Batch) -> WorkerError:
        at = int(np.flatnonzero(~pd.isna(batch.flaws))[0])
        flaw = batch.flaws[at]
        return self._bad_row(flaw, flawed_row_text(self.choice, batch.inputs, at, flaw))

    def _bad_row(self, cause: str, row: str, error: Exception | None = None) -> WorkerError:
        raised = WorkerError(
            "PREDICT_BAD_ROW",
            alias=self.choice["alias"],
            digest=self.choice["digest"][:12],
            cause=cause.removesuffix("."),  # the sentence has a full stop of its own
            row=row,
        )
        raised.__cause__ = error
        return raised

    def _failed(self, rows: int, error: Exception | None) -> WorkerError:
        raised = WorkerError(
            "PREDICT_MODEL_BATCH_FAILED",
            alias=self.choice["alias"],
            digest=self.choice["digest"][:12],
            rows=rows,
            cause=f"{type(error).__name__}: {error}",
        )
        raised.__cause__ = error
        return raised

    @staticmethod
    def _captured(scores: Any, errors: Any) -> pd.DataFrame:
        column = scores if isinstance(scores, pd.DataFrame) else pd.DataFrame({VALUE: scores})
        texts = np.full(len(column), None, dtype=object) if errors is None else errors
        return column.assign(**{ERROR: pd.Series(texts, dtype=object)})


def _errors(rows: int, flaws: Any, given: Any, failed: dict[int, Exception]) -> Any:
    """For each row of the batch what is wrong with it, else None; None if no row is bad."""
    if flaws is None and not failed:
        return None
    errors = np.full(rows, None, dtype=object) if flaws is None else flaws.copy()
    places = np.arange(rows) if given is None else np.flatnonzero(given)
    for at, error in failed.items():
        errors[places[at]] = told(error)
    return errors
