# SPDX-License-Identifier: Apache-2.0
"""scikit-learn's scalers, which refuse infinities and let NaN pass."""

from __future__ import annotations

from typing import Any

from sparkpredict.compile.draft import Draft, Table, doubles


def standard_scaler(draft: Draft, scaler: Any, table: Table) -> Table:
    """``(x - mean) / scale``, sklearn.preprocessing.StandardScaler."""
    _check(draft, table)
    center = doubles(scaler.mean_) if scaler.with_mean else None
    scale = doubles(scaler.scale_) if scaler.with_std else None
    if center is None and scale is None:
        return table
    draft.widens = False
    made = draft.add("scale", table.columns, len(table.columns), center=center, scale=scale)
    return Table(made)


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


def function(draft: Draft, part: Any, table: Table) -> Table:
    """The identity alone: any other function may do anything."""
    if part.func is not None or part.validate:
        raise draft.cannot("a FunctionTransformer with func or validate is not handled")
    return table


def _check(draft: Draft, table: Table) -> None:
    if table.sparse:
        raise draft.cannot("it is given a sparse matrix, which it scales by other rules")
    draft.refuse(table, nan=False)
