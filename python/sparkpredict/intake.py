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
from sparkpredict.match import Argument
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
        if argument.whole:
            return self._whole(argument, column, needed, flaws)
        missing = feature_numbers.missing(column)
        rule = self._rule(argument)
        if rule == UNSCORED:
            needed &= ~missing
        elif rule == REFUSED:
            _note(flaws, missing, lambda _: f"feature {argument.name} is NULL")
        name, kind, keep = argument.name, argument.type, rule == GIVEN
        taken, lost = feature_numbers.taken(
            column, missing, kind, keep_null=keep, alias=self.alias, name=name
        )
        if lost is not None:
            sql = feature_numbers.SQL[kind]
            _note(
                flaws,
                lost,
                lambda at: f"feature {name}: {_shown(column.iloc[at])} is no {sql}",
            )
        return taken

    def _whole(self, argument: Argument, column: Any, needed: Any, flaws: Any) -> Any:
        """A column of arrays; there is no number that a whole one could be."""
        missing = feature_numbers.missing(column)
        rule, inside = self._rule(argument), np.zeros(len(column), dtype=bool)
        if rule != GIVEN:
            inside |= ~missing & [has_none(value) for value in column]
        if rule == REFUSED:
            _note(flaws, missing, lambda _: f"feature {argument.name} is NULL")
            _note(flaws, inside, lambda _: f"feature {argument.name} has a NULL inside")
        else:
            needed &= ~(missing | inside)
        if self.descriptor.layout == MATRIX:
            self._note_lengths(column, missing, flaws)
        return column

    def _note_lengths(self, column: Any, missing: Any, flaws: Any) -> None:
        lengths = [0 if none else len(value) for none, value in zip(missing, column)]
        expected = self.descriptor.feature_count
        other = ~missing & (np.asarray(lengths) != expected)
        _note(flaws, other, lambda at: f"feature 0: {lengths[at]} values, not {expected}")

    def _rule(self, argument: Argument) -> str:
        if self.nulls == "auto":
            return UNSCORED if argument.takes_null is False else GIVEN
        return {"nan": GIVEN, "null": UNSCORED, "error": REFUSED}[self.nulls]


def has_none(value: Any) -> bool:
    """Whether a list or an array of objects has a None in it, however deep."""
    if value is None:
        return True
    if isinstance(value, np.ndarray) and value.dtype != object:
        return False
    return isinstance(value, (list, tuple, np.ndarray)) and any(has_none(part) for part in value)


def _note(flaws: Any, rows: Any, text: Any) -> None:
    """A row's first flaw is the one that is told."""
    for at in np.flatnonzero(rows):
        if flaws[at] is None:
            flaws[at] = text(at)


def _shown(value: Any) -> str:
    return "NaN" if isinstance(value, float) and np.isnan(value) else str(value)
