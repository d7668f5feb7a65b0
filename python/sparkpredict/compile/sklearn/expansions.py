# SPDX-License-Identifier: Apache-2.0
"""scikit-learn's transformers that make other features of features: products, bins, flags."""

from __future__ import annotations

from typing import Any

import numpy as np

from sparkpredict.compile.draft import Draft, Table, doubles


def polynomial(draft: Draft, part: Any, table: Table) -> Table:
    """Products of features, sklearn.preprocessing.PolynomialFeatures, in the order of its factors.

    A product of three or more is that of one fewer with the first factor.
    """
    dense(draft, table)
    draft.refuse(table, nan=True)
    draft.widens = False
    made: dict[tuple[int, ...], int] = {(at,): c for at, c in enumerate(table.columns)}
    columns = []
    for factors in _factors(part):
        if not factors:
            one = draft.add("linear", (), 1, coefficients=np.zeros(0), intercept=np.ones(1))
            draft.settle(one)
            columns.append(one[0])
            continue
        for length in range(2, len(factors) + 1):
            few = factors[-length:]
            if few not in made:
                made[few] = draft.add("product", (made[few[1:]], made[few[:1]]), 1)[0]
        columns.append(made[factors])
    return Table(tuple(columns))


def _factors(part: Any) -> list[tuple[int, ...]]:
    """The features of each product, by its own table of powers."""
    return [tuple(np.repeat(np.arange(len(row)), row).tolist()) for row in part.powers_]


def bins(draft: Draft, part: Any, table: Table) -> Table:
    """sklearn.preprocessing.KBinsDiscretizer: the place of each number's bin, or all bins."""
    dense(draft, table)
    draft.refuse(table, nan=True)
    draft.cut(table)
    draft.widens = False
    if part.dtype is not None and np.dtype(part.dtype) != np.float64:
        raise draft.cannot(f"dtype={part.dtype!r} is not handled")
    inner = [doubles(edges[1:-1]) for edges in part.bin_edges_]
    starts = np.cumsum([0, *map(len, inner)]).astype(np.uint32)
    made = draft.add(
        "bins", table.columns, len(inner), edges=doubles(np.concatenate(inner)), starts=starts
    )
    if part.encode == "ordinal":
        return Table(made)
    columns: tuple[int, ...] = ()
    for column, count in zip(made, part.n_bins_):
        places = np.arange(int(count), dtype=np.int32)
        given = {"numbers": doubles(places), "places": places, "unknown": -1}
        columns += draft.add("onehot", (column,), int(count), **given)
    return Table(columns, sparse=part.encode == "onehot")


def indicator(draft: Draft, part: Any, table: Table) -> Table:
    """sklearn.impute.MissingIndicator, of numbers that may be NaN."""
    dense(draft, table)
    missing = part.missing_values
    if not isinstance(missing, float) or not np.isnan(missing):
        raise draft.cannot(f"missing_values={missing!r} is not handled")
    draft.refuse(table, nan=False)
    features = [int(at) for at in part.features_]
    if part.features == "missing-only" and part.error_on_new:
        new = [at for at in range(len(table.columns)) if at not in features]
        draft.refuse(table.taken(new), nan=True, infinite=False)
    kept = table.taken(features).columns
    made = draft.add("missing", kept, len(kept), missing=doubles([np.nan])) if kept else ()
    return Table(made, sparse=part.sparse is True)


def dense(draft: Draft, table: Table) -> None:
    """Raises CannotCompile for a sparse matrix."""
    if table.sparse:
        raise draft.cannot("it is given a sparse matrix")
