# SPDX-License-Identifier: Apache-2.0
"""How the columns of a pandas frame reach the model: NULL by policy, numbers as features want them.

The same as the JVM's ``ModelInputs`` does with a query's columns. NULL is None, ``pandas.NA`` and
NaT; the NaN of a column of floats is a number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sparkpredict import feature_numbers
from sparkpredict.descriptor import FRAME, MATRIX
from sparkpredict.match import Argument, holds_rows
from sparkpredict.worker.columns import Batch, needed_flaws

if TYPE_CHECKING:
    from sparkpredict.descriptor import Descriptor

GIVEN, UNSCORED, REFUSED = "given", "unscored", "refused"


class Intake:
    """Takes the arguments of one model in.

    Args:
        alias: for error texts.
        descriptor: the model.
        nulls: what becomes of a NULL: ``auto``, ``error``, ``null`` or ``nan``.
    """

    def __init__(self, alias: str, descriptor: Descriptor, nulls: str) -> None:
        self.alias = alias
        self.descriptor = descriptor
        self.nulls = nulls

    def batch(self, arguments: list[Argument], rows: int) -> Batch:
        """All rows as one batch.

        Raises:
            BindArgumentError: a value is no number where the feature is one.
        """
        needed = np.ones(rows, dtype=bool)
        flaws = np.full(rows, None, dtype=object)
        inputs = [self._taken(argument, needed, flaws) for argument in arguments]
        if self.descriptor.layout == FRAME:
            names = [argument.name for argument in arguments]
            inputs = [pd.DataFrame(dict(zip(names, inputs)), index=range(rows))]
        return Batch(
            tuple(inputs),
            flaws=needed_flaws(flaws, needed),
            needed=None if needed.all() else needed,
        )

    def _taken(self, argument: Argument, needed: Any, flaws: Any) -> Any:
        """The column for the model; notes the rows that it does not get."""
        if argument.values is None:  # an optional feature: NULL, whatever NULL else means
            missing = np.nan if feature_numbers.is_number(argument.type) else None
            return pd.Series([missing] * len(needed))
        column = argument.values.reset_index(drop=True)
        if self.descriptor.layout == MATRIX and holds_rows(column):
            return self._row(column, needed, flaws)
        missing = feature_numbers.missing(column)
        rule = self._rule(argument)
        if rule == UNSCORED:
            needed &= ~missing
        elif rule == REFUSED:
            _note(flaws, missing, lambda _: f"feature {argument.name} is NULL")
        kind = "double" if self.descriptor.layout == MATRIX else argument.type
        taken, lost = feature_numbers.taken(
            column, missing, kind, keep_null=rule == GIVEN, alias=self.alias, name=argument.name
        )
        if lost is not None:
            sql = feature_numbers.SQL[argument.type]
            _note(
                flaws,
                lost,
                lambda at: f"feature {argument.name}: {_shown(column.iloc[at])} is no {sql}",
            )
        return taken

    def _row(self, column: Any, needed: Any, flaws: Any) -> Any:
        """A matrix as one column of arrays; there is no number that a whole row could be."""
        missing = feature_numbers.missing(column)
        if self.nulls == "error":
            _note(flaws, missing, lambda _: "feature 0 is NULL")
        else:
            needed &= ~missing
        lengths = [0 if none else len(value) for none, value in zip(missing, column)]
        expected = self.descriptor.feature_count
        other = ~missing & (np.asarray(lengths) != expected)
        _note(flaws, other, lambda at: f"feature 0: {lengths[at]} values, not {expected}")
        return column

    def _rule(self, argument: Argument) -> str:
        if self.nulls == "auto":
            return UNSCORED if argument.takes_null is False else GIVEN
        return {"nan": GIVEN, "null": UNSCORED, "error": REFUSED}[self.nulls]


def _note(flaws: Any, rows: Any, text: Any) -> None:
    """A row's first flaw is the one that is told."""
    for at in np.flatnonzero(rows):
        if flaws[at] is None:
            flaws[at] = text(at)


def _shown(value: Any) -> str:
    return "NaN" if isinstance(value, float) and np.isnan(value) else str(value)
