# SPDX-License-Identifier: Apache-2.0
"""scikit-learn's transformers that make other features of features: powers, products, bins."""

from __future__ import annotations

from typing import Any

import numpy as np

from sparkpredict.compile.draft import Draft, Table, doubles
from sparkpredict.compile.sklearn import numbers


def polynomial(draft: Draft, part: Any, table: Table) -> Table:
    """Products of features, sklearn.preprocessing.PolynomialFeatures, in the order of its factors.

    A product of three or more is that of one fewer with the first factor.
    """
    _dense(draft, table)
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
    _dense(draft, table)
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


def power(draft: Draft, part: Any, table: Table) -> Table:
    """sklearn.preprocessing.PowerTransformer, by the method of Yeo and Johnson."""
    if part.method != "yeo-johnson":
        raise draft.cannot(f"method={part.method!r} is not handled: it refuses whole batches")
    _dense(draft, table)
    draft.refuse(table, nan=False)
    draft.widens = False
    made = Table(
        draft.add("yeo_johnson", table.columns, len(table.columns), powers=doubles(part.lambdas_))
    )
    if not part.standardize:
        return made
    return numbers.standard_scaler(draft, part._scaler, made)  # noqa: SLF001


def quantiles(draft: Draft, part: Any, table: Table) -> Table:
    """sklearn.preprocessing.QuantileTransformer: the mean of two interpolations, from both ends."""
    if part.output_distribution != "uniform":
        told = f"output_distribution={part.output_distribution!r}"
        raise draft.cannot(f"{told} is not handled: it needs the inverse of a normal distribution")
    _dense(draft, table)
    draft.refuse(table, nan=False)
    draft.widens = False
    columns: tuple[int, ...] = ()
    for at, column in enumerate(table.columns):
        points, values = doubles(part.quantiles_[:, at]), doubles(part.references_)
        up = draft.add("interpolate", (column,), 1, at=_ends(points), values=values)
        turned = draft.add("affine", (column,), 1, scale=doubles([-1]), offset=doubles([-0.0]))
        points, values = _ends(-points[::-1]), -values[::-1]
        down = draft.add("interpolate", turned, 1, at=points, values=values)
        half = {"coefficients": doubles([0.5, -0.5]), "intercept": np.zeros(1)}
        columns += draft.add("linear", up + down, 1, **half)
    return Table(columns)


def _ends(points: Any) -> Any:
    """The points of a line, whose first alone counts at its end where others are equal to it."""
    equal = points == points[0]
    equal[0] = False
    return np.where(equal, np.nextafter(points[0], np.inf), points)


def indicator(draft: Draft, part: Any, table: Table) -> Table:
    """sklearn.impute.MissingIndicator, of numbers that may be NaN."""
    _dense(draft, table)
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


def _dense(draft: Draft, table: Table) -> None:
    if table.sparse:
        raise draft.cannot("it is given a sparse matrix")
