# SPDX-License-Identifier: Apache-2.0
"""Models of scikit-learn fitted quietly, and their plans compared with them."""

from __future__ import annotations

import warnings

import numpy as np

from compiled import assert_same, compiled, neighbours
from rows_of_both_kinds import odd


def fitted(model, data, target):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(data, target)


def assert_all_same(model, data, target, rows=None):
    made = compiled(fitted(model, data, target), data)
    assert_same(made, data)
    assert_same(made, odd(data) if rows is None else rows)
    return made


def beside(frame, name, values):
    """Rows in which a feature is one of some values, or right beside it."""
    near = [v for value in values for v in neighbours(float(value))]
    rows = frame.iloc[np.arange(len(near)) % len(frame)].reset_index(drop=True)
    return rows.assign(**{name: near})
