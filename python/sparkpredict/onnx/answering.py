# SPDX-License-Identifier: Apache-2.0
"""Asks the Python model for its answers to the rows that a graph of it is asked."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from sparkpredict import example
from sparkpredict.onnx.rows import Fed
from sparkpredict.trial import quiet
from sparkpredict.worker import models
from sparkpredict.worker.inputs import arranged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sparkpredict.descriptor import Descriptor, Feature

_WHOLE = frozenset({"byte", "short", "integer", "long"})
_LARGE = 100.0  # the least of all whole types has 127
_SPREAD = 3.0


class TooSlow(Exception):
    """The time is over."""


class Answering:
    """A loaded model that is asked about rows of a graph's inputs.

    Args:
        model: MLflow's Python function.
        descriptor: how its inputs are matched.
        places: for each input of the graph the features that fill it.
        seconds: how long all that it is asked may take.

    Raises:
        TooSlow: of its methods, when it took longer.
    """

    def __init__(
        self, model: Any, descriptor: Descriptor, places: list[list[int]], seconds: float
    ) -> None:
        self._model = model
        self._descriptor = descriptor
        self._places = places
        self._until = time.monotonic() + seconds
        self._choice = {**descriptor.scoring(), "alias": ""}

    def fitted(self, fed: Sequence[Fed]) -> list[Fed]:
        """The rows with numbers that their features can have."""
        return [
            one if one.texts is not None else Fed(self._fitted(one.values, places))
            for one, places in zip(fed, self._places)
        ]

    def takes(self, fed: Sequence[Fed], output: str) -> bool:
        """Whether the model takes all of the rows."""
        columns = self._columns(fed)
        try:
            self._asked(columns, output)
        except (Exception, SystemExit):  # noqa: BLE001 (the answer is that it does not)
            return False
        return True

    def wrong(self, fed: Sequence[Fed], output: str) -> Any:
        """Which of the rows the model does not take."""
        count = len(fed[0].values)
        found = np.zeros(count, dtype=bool)
        waiting = [(0, count)]
        while waiting:
            start, stop = waiting.pop()
            if start == stop or self.takes(some(fed, slice(start, stop)), output):
                continue
            if stop - start == 1:
                found[start] = True
                continue
            middle = (start + stop) // 2
            waiting += [(start, middle), (middle, stop)]
        return found

    def answer(self, fed: Sequence[Fed], output: str) -> Any:
        """What it answers, with one entry for each row; several by name. Raises what it raises."""
        return self._asked(self._columns(fed), output)

    def _columns(self, fed: Sequence[Fed]) -> tuple[Any, ...]:
        if time.monotonic() > self._until:
            raise TooSlow
        return example.columns(self._descriptor, self._rows(fed))

    def _asked(self, columns: tuple[Any, ...], output: str) -> Any:
        with quiet(), np.errstate(all="ignore"):
            ready = models.ready(self._model, {**self._choice, "output": output})
            return ready.predict(arranged(self._choice, columns, by_matrix=ready.by_matrix))

    def _rows(self, fed: Sequence[Fed]) -> list[list[Any]]:
        count = sum(len(places) for places in self._places)
        columns: list[Any] = [None] * count
        for one, places in zip(fed, self._places):
            values = one.values
            if one.texts is not None:
                values = np.asarray(one.texts, dtype=object)[values]
            flat = values.reshape(len(values), -1)
            for at, place in enumerate(places):
                whole = len(places) == 1 and self._is_tensor(place)
                column = values.tolist() if whole else flat[:, at].tolist()
                columns[place] = (
                    [None if math.isnan(v) else v for v in column]
                    if self._is_whole(place)
                    else column
                )
        return [list(row) for row in zip(*columns)]

    def _is_whole(self, place: int) -> bool:
        """Whether its NULL comes as None: whole numbers have no NaN."""
        features = self._descriptor.features
        return place < len(features) and _kind(features[place]) in _WHOLE

    def _is_tensor(self, place: int) -> bool:
        features = self._descriptor.features
        return place < len(features) and bool(features[place].shape)

    def _fitted(self, values: Any, places: list[int]) -> Any:
        made = values.copy()
        flat = made.reshape(len(made), -1)
        features = self._descriptor.features
        for at, place in enumerate(
            places if len(places) > 1 or not self._is_tensor(places[0]) else ()
        ):
            if place < len(features):
                flat[:, at] = _of_kind(flat[:, at], features[place])
        return made


def some(fed: Sequence[Fed], rows: Any) -> list[Fed]:
    """Some of the rows."""
    return [Fed(one.values[rows], one.texts) for one in fed]


def _kind(feature: Feature) -> str | None:
    return feature.type if isinstance(feature.type, str) else None  # an array's is a dict


def _of_kind(values: Any, feature: Feature) -> Any:
    kind = _kind(feature)
    if kind == "boolean":
        return (values > 0).astype(np.float64)
    if kind in _WHOLE:
        return np.clip(np.rint(values * _SPREAD), -_LARGE, _LARGE)
    if kind == "float":
        return values.astype(np.float32).astype(np.float64)
    return values
