# SPDX-License-Identifier: Apache-2.0
"""Rows that a converted model is asked beside those that are asked of any graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sparkpredict import example
from sparkpredict.descriptor import TENSORS
from sparkpredict.onnx import fitted_rows, thresholds

if TYPE_CHECKING:
    from sparkpredict.onnx.converting import Bound

_ROWS = 20
_SEED = 20240229


def of(bound: Bound, library: Any, graph: Any, places: list[list[int]]) -> list[list[Any]]:
    """The model's example, rows like those of its fit or at its thresholds, and some with infinity.

    Args:
        bound: the model.
        library: the library's own object.
        graph: a ``GraphProto`` that was made of it.
        places: for each input the features that fill it.

    Returns:
        For each row the values of each input.
    """
    saved = next(iter(example.rows(bound.package, bound.descriptor, {})), None)
    width = sum(len(one) for one in places)
    found: list[list[Any]] = [saved] if saved is not None and len(saved) == width else []
    has_texts = any(feature.type == "string" for feature in bound.descriptor.features)
    if bound.descriptor.layout != TENSORS and not has_texts:
        random = np.random.default_rng(_SEED)
        fitted = fitted_rows.rows(library, width, _ROWS, random).tolist()
        found += fitted or thresholds.rows(graph, width, _ROWS, random).tolist()
        found += _special(found[-1] if found else [1.0] * width)
    return [[_one([row[at] for at in chosen]) for chosen in places] for row in found]


def _special(base: list[Any]) -> list[list[Any]]:
    """A row with infinity, with its negative, and with NaN, each in another place."""
    last = len(base) - 1
    return [
        [number if place == at else value for place, value in enumerate(base)]
        for at, number in ((0, np.inf), (last, -np.inf), (last // 2, np.nan))
    ]


def _one(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values
