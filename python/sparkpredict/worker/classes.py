# SPDX-License-Identifier: Apache-2.0
"""A classifier's label, its probability, and the probabilities by class, in one answer.

What is asked for is settled on the driver (``answers.py``) and arrives as plain JSON::

    {"fields": [[name, part], ...], "classes": [text, ...], "of": method, "one_pass": bool}

``part`` is one of ``parts.py``, or the place of a class.
Without a name there is one column, and no struct.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .conditions import WorkerError
from .exact import objects
from .methods import Method
from .parts import LABEL, LABEL_TEXT, LIST, MAP, PROBABILITY


def asked(
    library: Any, predict: Method, predict_proba: Method, ask: dict[str, Any], alias: str
) -> Callable[[Any], Any]:
    """A function of the features that gives all that is asked for.

    Args:
        library: the classifier, with ``classes_``.
        predict: its labels.
        predict_proba: its probabilities in the order of ``classes_``.
        ask: see above.
        alias: for error texts.
    """
    classes = np.asarray(library.classes_)
    texts: list[str] = ask["classes"]
    parts = {part for _, part in ask["fields"]}
    labelled = not parts.isdisjoint({LABEL, LABEL_TEXT, PROBABILITY})

    def answer(data: Any) -> Any:
        numbers = _matrix(predict_proba(data), len(texts), alias)
        places, labels = None, None
        if labelled and ask["one_pass"]:
            places = np.argmax(numbers, axis=1)
            labels = classes.take(places, axis=0)
        elif labelled:
            labels = np.asarray(predict(data))
            places = _places(labels, classes, alias)
        named = {name: _part(part, numbers, places, labels, texts) for name, part in ask["fields"]}
        return named.get(None, named)

    return answer


def _part(part: Any, numbers: Any, places: Any, labels: Any, texts: list[str]) -> Any:
    if part == LABEL:
        return labels
    if part == LABEL_TEXT:
        return np.asarray(texts, dtype=object)[places]
    if part == PROBABILITY:
        return numbers[np.arange(len(numbers)), places]
    if part == LIST:
        return numbers
    if part == MAP:
        return objects([dict(zip(texts, row)) for row in numbers.tolist()])
    return numbers[:, part]


def _matrix(answer: Any, width: int, alias: str) -> Any:
    numbers = np.asarray(answer)
    if numbers.ndim != 2 or numbers.shape[1] != width:
        raise _mismatch(alias, f"probabilities of shape {numbers.shape}", f"{width} classes")
    return numbers


def _places(labels: Any, classes: Any, alias: str) -> Any:
    """Which class each label is."""
    if labels.ndim != 1:
        raise _mismatch(alias, f"labels of shape {labels.shape}", "one label for each row")
    known = {label: at for at, label in enumerate(classes.tolist())}
    try:
        return np.asarray([known[label] for label in labels.tolist()], dtype=np.intp)
    except KeyError as error:
        expected = "label in " + ", ".join(str(label) for label in known)
        raise _mismatch(alias, f"the label {error.args[0]!r}", expected) from error


def _mismatch(alias: str, found: str, expected: str) -> WorkerError:
    return WorkerError("PREDICT_OUTPUT_MISMATCH", alias=alias, found=found, expected=expected)
