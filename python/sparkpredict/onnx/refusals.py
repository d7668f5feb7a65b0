# SPDX-License-Identifier: Apache-2.0
"""Which numbers a Python model refuses: NaN, infinity, or both; by trying."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sparkpredict.onnx import guards
from sparkpredict.onnx.answering import some
from sparkpredict.onnx.converters import CannotConvert
from sparkpredict.onnx.rows import Fed

if TYPE_CHECKING:
    from sparkpredict.onnx.answering import Answering
    from sparkpredict.onnx.candidates import Asking
    from sparkpredict.onnx.graph import Graph

_MOST_TRIALS = 64
_NAN, _INFINITE = (np.nan,), (np.inf, -np.inf)
_OF_COLUMNS = 2  # sizes: the batch, and the numbers of a row


def add(model_graph: Any, answering: Answering, asking: Asking, graph: Graph) -> None:
    """Lets a graph refuse the numbers that the model refuses.

    Args:
        model_graph: a ``GraphProto``, which is changed.
        answering: asks the model.
        asking: what it is asked.
        graph: what the graph says.
    """
    if not asking.wrong.any():
        return
    base = some(asking.fed, [int(np.flatnonzero(~asking.wrong)[0])])
    trials = _Trials(answering, base, next(iter(asking.answers)))
    for at, one in enumerate(graph.inputs):
        if one.dtype and one.dtype.startswith("float") and len(one.shape) == _OF_COLUMNS:
            guards.add(
                model_graph,
                at,
                guards.Refusals(*(trials.refuses(at, n) for n in (_NAN, _INFINITE))),
            )


class _Trials:
    """Tries one row with another number in one place after the other."""

    def __init__(self, answering: Answering, base: list[Fed], output: str) -> None:
        self._answering = answering
        self._base = base
        self._output = output

    def refuses(self, at: int, numbers: tuple[float, ...]) -> list[bool]:
        """For each value of an input whether one of the numbers is refused there."""
        width = self._base[at].values.shape[1]
        places = range(
            0, width, max(1, width // _MOST_TRIALS)
        )  # of many, libraries check all alike
        found = [not all(self._takes(at, place, number) for number in numbers) for place in places]
        if len(found) < width and len(set(found)) > 1:
            raise CannotConvert("which of its many features take NaN is not known")
        return found if len(found) == width else [found[0]] * width

    def _takes(self, at: int, place: int, number: float) -> bool:
        values = self._base[at].values.copy()
        values[:, place] = number
        tried = [Fed(values) if i == at else one for i, one in enumerate(self._base)]
        return self._answering.takes(self._answering.fitted(tried), self._output)
