# SPDX-License-Identifier: Apache-2.0
"""What a model that is made of models asks for: their answers, and what these are as columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sparkpredict.compile.draft import Draft, Table, doubles
from sparkpredict.compile.plan import Output

Columns = tuple[int, ...]
_PAIR = 2


@dataclass(frozen=True)
class Inside:
    """The way to compile the parts of one model.

    Attributes:
        draft: takes the steps.
        answer: compiles a part: itself, what it is given, and its name.
    """

    draft: Draft
    answer: Callable[[Any, Table, str], dict[str, Output]]

    def output(self, part: Any, table: Table, name: str, method: str) -> Output:
        """What one method of a part answers.

        Raises:
            CannotCompile: the part has no such answer that is compiled.
        """
        found = self.answer(part, table, name)
        if method not in found:
            raise self.draft.cannot(f"{method} of {name} is not compiled")
        return found[method]

    def scores(self, part: Any, found: dict[str, Output]) -> tuple[Columns, str]:
        """What scikit-learn takes for a classifier's scores, and by which method.

        They are its decision function, else its probabilities; of two classes that of the second.

        Args:
            part: the classifier.
            found: its answers.

        Raises:
            CannotCompile: the scores are not among them, or in float32.
        """
        method = "decision_function" if hasattr(part, "decision_function") else "predict_proba"
        if method not in found:
            raise self.draft.cannot(f"{method} of a {type(part).__name__} is not compiled")
        columns = found[method].columns
        if self.draft.is_narrow(columns):
            raise self.draft.cannot("its estimators answer in float32")
        is_pair = method == "predict_proba" and len(columns) == _PAIR
        return (columns[1:] if is_pair else columns), method

    def wide(self, columns: Columns) -> Columns:
        """The columns, of which the library makes an array of doubles.

        Raises:
            CannotCompile: all of them are in float32, and so would be what comes of them.
        """
        if columns and all(self.draft.is_narrow((column,)) for column in columns):
            raise self.draft.cannot("all of its parts answer in float32")
        return columns

    def codes(self, output: Output) -> int:
        """The column of an answer as a number: of labels the labels, where they are numbers.

        Raises:
            CannotCompile: it is a row of answers, or its labels are texts.
        """
        if output.array:
            raise self.draft.cannot("a part answers with rows")
        if output.label_kind is None:
            return output.columns[0]
        if output.label_kind == "text":
            raise self.draft.cannot("a part answers with texts")
        places = np.arange(len(output.labels), dtype=np.float64)
        values = doubles(output.labels)
        return self.draft.add("codes", output.columns, 1, numbers=places, values=values)[0]

    def votes(self, output: Output, classes: int) -> Columns:
        """For each of the classes 0, 1, ... whether an answer of such labels is that."""
        places = np.arange(len(output.labels), dtype=np.float64)
        chosen = np.asarray(output.labels, dtype=np.int32)
        columns = output.columns
        return self.draft.add("onehot", columns, classes, numbers=places, places=chosen, unknown=-1)

    def mean(self, rows: Sequence[Columns], weights: Any) -> Columns:
        """Weighted sums of the first, the second, ... columns of all rows."""
        terms = np.asarray(weights, dtype=np.float64)
        return tuple(
            self.draft.add("linear", column, 1, coefficients=terms, intercept=np.zeros(1))[0]
            for column in zip(*rows)
        )
