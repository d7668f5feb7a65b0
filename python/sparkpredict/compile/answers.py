# SPDX-License-Identifier: Apache-2.0
"""The outputs of a classifier, from the columns of its scores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sparkpredict.compile.draft import doubles
from sparkpredict.compile.plan import Output

if TYPE_CHECKING:
    from sparkpredict.compile.draft import Draft

# x >= 0 is exactly x > this: the double before 0.
BEFORE_ZERO = -5e-324
_KINDS = {"i": "whole", "u": "whole", "f": "number", "b": "boolean"}
_LARGEST = 2**63


def numbers(draft: Draft, columns: tuple[int, ...], *, array: bool = False) -> Output:
    """An output of numbers, as near as the steps before allow."""
    return Output(columns, array=array, tolerance=draft.tolerance(columns))


def labelled(draft: Draft, column: int, classes: Any, tolerance: str | None = None) -> Output:
    """An output of labels, whose column holds their places.

    Raises:
        CannotCompile: the labels are neither numbers nor texts nor booleans.
    """
    known = np.asarray(classes)
    labels = tuple(known.tolist())
    kind = _KINDS.get(known.dtype.kind)
    if known.ndim == 1 and kind is None and all(isinstance(label, str) for label in labels):
        kind = "text"
    if known.ndim != 1 or kind is None:
        raise draft.cannot("its classes are neither numbers nor texts nor booleans")
    if kind == "whole" and any(not -_LARGEST <= label < _LARGEST for label in labels):
        raise draft.cannot("a class is a whole number beyond 64 bits")
    near = tolerance or draft.tolerance((column,))
    return Output((column,), tolerance=near, label_kind=kind, labels=labels)


def of_probabilities(draft: Draft, model: Any, columns: tuple[int, ...]) -> dict[str, Output]:
    """``predict_proba``, and its logarithm where the model has that."""
    told = {"predict_proba": numbers(draft, columns, array=True)}
    if hasattr(model, "predict_log_proba"):
        logarithms = draft.add("link", columns, len(columns), function="log")
        told["predict_log_proba"] = numbers(draft, logarithms, array=True)
    return told


def one_vs_rest(draft: Draft, each: tuple[int, ...]) -> tuple[int, ...]:
    """Probabilities of the second of two classes, or of each class: made to be 1 altogether."""
    if len(each) == 1:
        return draft.add("link", each, 2, function="binary")
    return draft.add("link", each, len(each), function="normalise")


def of_margins(draft: Draft, model: Any, columns: tuple[int, ...]) -> dict[str, Output]:
    """``predict`` and ``decision_function``: one score for two classes, else one for each."""
    is_binary = len(columns) == 1
    label = above(draft, columns[0], 0.0) if is_binary else greatest(draft, columns)
    return {
        "predict": labelled(draft, label, model.classes_),
        "decision_function": numbers(draft, columns, array=not is_binary),
    }


def above(draft: Draft, column: int, limit: float) -> int:
    """The place of a binary label: 1 where a score is above a limit."""
    return draft.add("threshold", (column,), 1, above=doubles([limit]))[0]


def greatest(draft: Draft, columns: tuple[int, ...]) -> int:
    """The place of the label whose score is the greatest."""
    return draft.add("argmax", columns, 1)[0]
