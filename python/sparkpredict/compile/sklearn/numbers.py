# SPDX-License-Identifier: Apache-2.0
"""scikit-learn's scalers, which refuse infinities and let NaN pass."""

from __future__ import annotations

from typing import Any

import numpy as np

from sparkpredict.compile.draft import Draft, Table, doubles
from sparkpredict.compile.sklearn import functions


def standard_scaler(draft: Draft, scaler: Any, table: Table) -> Table:
    """``(x - mean) / scale``, sklearn.preprocessing.StandardScaler."""
    center = scaler.mean_ if scaler.with_mean else None
    return _scaled(draft, table, center, scaler.scale_ if scaler.with_std else None)


def min_max_scaler(draft: Draft, scaler: Any, table: Table) -> Table:
    """``x * scale + min``, sklearn.preprocessing.MinMaxScaler."""
    _check(draft, table)
    draft.widens = False
    made = draft.add(
        "affine",
        table.columns,
        len(table.columns),
        scale=doubles(scaler.scale_),
        offset=doubles(scaler.min_),
        clip=doubles(scaler.feature_range) if scaler.clip else None,
    )
    return Table(made)


def max_abs_scaler(draft: Draft, scaler: Any, table: Table) -> Table:
    """``x / scale``, sklearn.preprocessing.MaxAbsScaler."""
    made = _scaled(draft, table, None, scaler.scale_)
    if not getattr(scaler, "clip", False):  # since 1.8
        return made
    n = len(table.columns)
    ones, clip = np.ones(n), doubles([-1.0, 1.0])
    return Table(draft.add("affine", made.columns, n, scale=ones, offset=0 * ones, clip=clip))


def robust_scaler(draft: Draft, scaler: Any, table: Table) -> Table:
    """``(x - center) / scale``, sklearn.preprocessing.RobustScaler."""
    center = scaler.center_ if scaler.with_centering else None
    return _scaled(draft, table, center, scaler.scale_ if scaler.with_scaling else None)


def normalizer(draft: Draft, part: Any, table: Table) -> Table:
    """Each row divided by its size, sklearn.preprocessing.Normalizer."""
    _check(draft, table)
    draft.refuse(table, nan=True)
    draft.widens = False
    link = {"l1": "unit_sum", "l2": "unit_length", "max": "unit_greatest"}[part.norm]
    # a row of a smaller size stays as it is
    given = {"function": link, "least": doubles([10 * np.finfo(np.float64).eps])}
    return Table(draft.add("link", table.columns, len(table.columns), **given))


def binarizer(draft: Draft, part: Any, table: Table) -> Table:
    """1 above a threshold, else 0, sklearn.preprocessing.Binarizer."""
    _check(draft, table)
    draft.refuse(table, nan=True)
    return Table(binarized(draft, table, part.threshold))


def binarized(draft: Draft, table: Table, limit: float) -> tuple[int, ...]:
    """For each column whether it is above a limit."""
    draft.cut(table)
    draft.widens = draft.widens and float(np.float32(limit)) == float(limit)
    above = doubles([limit])
    return tuple(draft.add("threshold", (c,), 1, above=above)[0] for c in table.columns)


def function(draft: Draft, part: Any, table: Table) -> Table:
    """sklearn.preprocessing.FunctionTransformer of a function of numpy's, of doubles alone.

    Of whole numbers and of float32 numpy makes other numbers.
    """
    if part.func is None and not part.validate:
        return table
    if table.sparse:
        raise draft.cannot("it is given a sparse matrix")
    if not draft.are_doubles(table.columns):
        raise draft.cannot("it is given other numbers than doubles")
    draft.widens = draft.whole = False
    if part.validate:
        draft.refuse(table, nan=True)
    return Table(functions.applied(draft, part.func, part.kw_args, table.columns))


def _scaled(draft: Draft, table: Table, center: Any, scale: Any) -> Table:
    """``(x - center) / scale``; None for what is left out."""
    _check(draft, table)
    given = {"center": center, "scale": scale}
    fields = {name: doubles(values) for name, values in given.items() if values is not None}
    if not fields:
        return table
    draft.widens = False
    return Table(draft.add("scale", table.columns, len(table.columns), **fields))


def _check(draft: Draft, table: Table) -> None:
    if table.sparse:
        raise draft.cannot("it is given a sparse matrix, which it scales by other rules")
    draft.refuse(table, nan=False)
