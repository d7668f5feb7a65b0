# SPDX-License-Identifier: Apache-2.0
"""Which output of a converted graph is which of the Python model's answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sparkpredict.onnx.converters import CannotConvert
from sparkpredict.onnx.entry import Answers
from sparkpredict.worker.methods import PREDICT, PROBABILITIES

if TYPE_CHECKING:
    from sparkpredict.descriptor import Descriptor
    from sparkpredict.onnx.graph import Graph, Tensor


@dataclass(frozen=True)
class Matched:
    """The outputs that are asked for.

    Attributes:
        expected: for each the Python model's answers to the rows that it takes.
        answers: for what ``output=`` takes the outputs.
    """

    expected: dict[str, Any]
    answers: Answers

    @property
    def needed(self) -> tuple[str, ...]:
        """Those that are the model's first answer."""
        return tuple(next(iter(self.answers.outputs.values())))

    @property
    def outputs(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(self.expected)


def matched(graph: Graph, asked: dict[str, Any], descriptor: Descriptor) -> Matched:
    """By name where the model has names, else by type and size.

    Args:
        graph: the converted one.
        asked: the Python model's answers by what it was asked for, the first one first.
        descriptor: of the model.

    Raises:
        CannotConvert: it does not give the first answer.
    """
    first = next(iter(asked), None)
    if first is None:
        raise CannotConvert("no row is known that it takes")
    if isinstance(asked[first], Mapping):
        return _by_name(graph, asked[first], descriptor)
    expected: dict[str, Any] = {}
    found: dict[str, str] = {}
    for method, answer in asked.items():
        name = _fitting(graph, answer, expected)
        if name is not None:
            expected[name], found[method] = np.asarray(answer), name
    if first not in found:
        raise CannotConvert(f"its graph has no output that {first} could be")
    by_method = {method: [name] for method, name in found.items()}
    if PREDICT not in by_method and first != PREDICT:
        by_method = {first: by_method[first], **by_method}
    has_both = descriptor.classes is not None and {PREDICT, PROBABILITIES} <= set(found)
    roles = (found[PREDICT], found[PROBABILITIES]) if has_both else (None, None)
    return Matched(expected, Answers(by_method, *roles))


def _by_name(graph: Graph, answer: Mapping[str, Any], descriptor: Descriptor) -> Matched:
    names = [one.name for one in graph.outputs]
    lacking = [str(name) for name in answer if str(name) not in names]
    if lacking:
        raise CannotConvert(f"its graph has no output {lacking[0]}")
    expected = {str(name): np.asarray(values) for name, values in answer.items()}
    by_name = {name: [name] for name in expected if name in (descriptor.methods or expected)}
    return Matched(expected, Answers({PREDICT: list(expected), **by_name}))


def _fitting(graph: Graph, answer: Any, taken: dict[str, Any]) -> str | None:
    """The first output of the answer's type and size that is none of the others."""
    try:
        values = np.asarray(answer.toarray() if hasattr(answer, "toarray") else answer)
    except ValueError:
        return None
    for one in graph.outputs:
        if one.name not in taken and _fits(one, values):
            return one.name
    return None


def _fits(one: Tensor, values: Any) -> bool:
    if one.dtype is None or values.ndim < 1:
        return False
    is_text = values.dtype.kind in "UO"
    if is_text != (one.dtype == "str"):
        return False
    if not is_text and not one.dtype.startswith("float"):
        with np.errstate(invalid="ignore"):
            whole = values.dtype.kind in "iub" or bool((values == np.rint(values)).all())
        if not whole:
            return False
    elif not is_text and values.dtype.kind != "f":
        return False
    sizes, found = list(one.shape[1:]), list(values.shape[1:])
    if np.prod(found or [1]) == 1:
        return all(size in {1, -1} for size in sizes)
    return len(sizes) == len(found) and all(s in {-1, f} for s, f in zip(sizes, found))
