# SPDX-License-Identifier: Apache-2.0
"""Rows to ask a graph: from its example, its types, and the texts that its encoders know."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sparkpredict.onnx.graph import Graph, Tensor

MOST_ROWS = 64
_FEWEST_ROWS = 8
_MOST_BYTES = 4 << 20
_LARGE = 1000.0
_UNKNOWN = ("", "unknown to all", "Größe 日本 🦀", "a\0b")
_NARROW = 2  # bytes of a whole number that is given all it can be; a wider one may be a size
_SEED = 20240229


@dataclass(frozen=True)
class Fed:
    """The values of one input.

    Attributes:
        values: numbers as float64, or places of texts as int32; of shape (rows, *shape).
        texts: what these are places of; None for numbers.
    """

    values: Any
    texts: tuple[str, ...] | None = None

    def shown(self, row: int) -> str:
        """A row, to be read."""
        values = self.values[row].ravel().tolist()
        known = values if self.texts is None else [repr(self.texts[code]) for code in values]
        return str(known[0] if len(known) == 1 else known)


def rows(graph: Graph, open_size: int, examples: Sequence[Sequence[Any]] = ()) -> list[Fed]:
    """Rows for all inputs; the same graph gets the same rows.

    The examples, then zeros, ones, large numbers, whole ones, NaN in one input after the other, and
    normal ones.

    Args:
        graph: what it says of its inputs.
        open_size: how many values there are where the graph leaves a size open.
        examples: rows that are known to be taken: for each input its values. What does not fit an
            input is left out.
    """
    random = np.random.default_rng(_SEED)
    shapes = [_shape(one, open_size) for one in graph.inputs]
    wide = max(width(graph, open_size), 1)
    count = max(_FEWEST_ROWS, min(MOST_ROWS, _MOST_BYTES // (8 * wide)))
    examples = examples[: count // 2]
    return [
        _values(at, one, (count, *shape), graph.texts, [row[at] for row in examples], random)
        for at, (one, shape) in enumerate(zip(graph.inputs, shapes))
    ]


def width(graph: Graph, open_size: int) -> int:
    """How many values all inputs of a row have."""
    return sum(math.prod(_shape(one, open_size)) for one in graph.inputs)


def _shape(one: Tensor, open_size: int) -> tuple[int, ...]:
    return tuple(open_size if size < 0 else size for size in one.shape[1:])


def _values(
    at: int, one: Tensor, shape: tuple[int, ...], texts: tuple[str, ...], known: Any, random: Any
) -> Fed:
    if one.dtype == "str":
        offered = tuple(dict.fromkeys((*texts, *_twins(texts), *_UNKNOWN)))
        codes = random.integers(0, len(offered), shape).astype(np.int32)
        _put_each(codes, [offered.index(text) for text in _UNKNOWN], len(known))
        return _with_texts(Fed(codes, offered), known)
    if one.dtype == "bool":
        return _with_known(Fed(random.integers(0, 2, shape).astype(np.float64)), known)
    if one.dtype is not None and not one.dtype.startswith("float"):
        values = random.integers(0, 10, shape).astype(np.float64)
        values[0], values[1] = 0, 1
        kind = np.iinfo(one.dtype)
        if kind.dtype.itemsize <= _NARROW:
            values[2], values[3] = kind.min, kind.max
        return _with_known(Fed(values), known)
    values = random.normal(size=shape).astype(np.float32).astype(np.float64)
    first = len(known)
    values[first], values[first + 1] = 0, 1
    values[first + 2] *= _LARGE
    values[first + 3] = random.integers(-9, 10, shape[1:])
    # One row in which all of an input is NaN, if there are few inputs, and one with a single NaN.
    for row in (first + 4 + 2 * at, first + 5 + 2 * at):
        if row < len(values):
            flat = values[row : row + 1].reshape(-1)
            flat[: 1 if (row - first) % 2 else None] = np.nan
            values[row] = flat.reshape(shape[1:])
    return _with_known(Fed(values), known)


def _twins(texts: tuple[str, ...]) -> list[str]:
    """What looks like texts that the graph knows, or starts as they do, and is another."""
    forms = [unicodedata.normalize(form, text) for text in texts for form in ("NFC", "NFD")]
    longer = [text + end for text in texts[:1] for end in ("\0", "🦀")]
    return [text for text in (*forms, *longer) if text not in texts]


def _put_each(codes: Any, wanted: list[int], first: int) -> None:
    """Each in a row of its own from the first on, somewhere in the row."""
    for at, code in enumerate(wanted):
        row = codes[first + at : first + at + 1].reshape(-1)
        place = at % max(len(row), 1)
        row[place : place + 1] = code


def _with_known(fed: Fed, known: Sequence[Any]) -> Fed:
    """The first rows are those of the example: of a slow graph only few are asked."""
    for row, values in enumerate(known):
        try:
            made = np.asarray(values, dtype=np.float64)
        except (TypeError, ValueError):
            continue
        if made.size == fed.values[row].size:
            fed.values[row] = made.reshape(fed.values.shape[1:])
    return fed


def _with_texts(fed: Fed, known: Sequence[Any]) -> Fed:
    texts = list(fed.texts or ())
    for row, values in enumerate(known):
        made = np.asarray(values, dtype=object).ravel()
        if made.size != fed.values[row].size or not all(isinstance(v, str) for v in made):
            continue
        texts += [text for text in dict.fromkeys(made) if text not in texts]
        codes = [texts.index(text) for text in made]
        fed.values[row] = np.asarray(codes, dtype=np.int32).reshape(fed.values.shape[1:])
    return Fed(fed.values, tuple(texts))
