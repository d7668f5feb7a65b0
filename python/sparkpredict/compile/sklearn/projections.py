# SPDX-License-Identifier: Apache-2.0
"""scikit-learn's transformers that are sums of products of the features."""

from __future__ import annotations

from typing import Any

import numpy as np

from sparkpredict.compile.draft import Draft, Table, doubles

PLAIN = (
    *("GaussianRandomProjection", "SparseRandomProjection"),
    *("NeighborhoodComponentsAnalysis", "TruncatedSVD"),
)


def principal_components(draft: Draft, part: Any, table: Table) -> Table:
    """sklearn.decomposition.PCA and IncrementalPCA, which take the mean off after the product."""
    draft.refuse(table, nan=True)
    mean = -(np.asarray(part.mean_).reshape(1, -1) @ part.components_.T)
    made = projected(draft, table, part.components_, mean)
    if not part.whiten:
        return made
    scale = np.sqrt(part.explained_variance_)
    least = np.finfo(scale.dtype).eps
    scale = np.where(scale < least, least, scale)
    return Table(draft.add("scale", made.columns, len(made.columns), scale=doubles(scale)))


def plain(draft: Draft, part: Any, table: Table) -> Table:
    """A product alone: sklearn.decomposition.TruncatedSVD, random projections, and others."""
    draft.refuse(table, nan=True)
    return projected(draft, table, part.components_)


def factors(draft: Draft, part: Any, table: Table) -> Table:
    """sklearn.decomposition.FactorAnalysis: two products, of numbers without their mean."""
    draft.refuse(table, nan=True)
    weighted = part.components_ / part.noise_variance_
    covariance = np.linalg.inv(np.eye(len(weighted)) + weighted @ part.components_.T)
    made = projected(draft, _centered(draft, table, part.mean_), weighted)
    return projected(draft, made, covariance.T)


def independent_components(draft: Draft, part: Any, table: Table) -> Table:
    """sklearn.decomposition.FastICA."""
    draft.refuse(table, nan=True)
    centered = _centered(draft, table, part.mean_) if part.whiten else table
    return projected(draft, centered, part.components_)


def discriminants(draft: Draft, part: Any, table: Table) -> Table:
    """sklearn.discriminant_analysis.LinearDiscriminantAnalysis as a transformer."""
    draft.refuse(table, nan=True)
    centered = _centered(draft, table, part.xbar_) if part.solver == "svd" else table
    most = part._max_components  # noqa: SLF001 (transform asks it too)
    return projected(draft, centered, part.scalings_.T[:most])


def pooled(draft: Draft, part: Any, table: Table) -> Table:
    """sklearn.cluster.FeatureAgglomeration, by the means of features."""
    if part.pooling_func is not np.mean:
        raise draft.cannot("its pooling_func is another than numpy's mean")
    draft.refuse(table, nan=True)
    clusters = np.unique(part.labels_)
    members = np.asarray([part.labels_ == cluster for cluster in clusters], dtype=np.float64)
    sums = projected(draft, table, members).columns
    return Table(draft.add("scale", sums, len(sums), scale=members.sum(axis=1)))


def machine(draft: Draft, part: Any, table: Table) -> Table:
    """sklearn.neural_network.BernoulliRBM: what the hidden units are on average."""
    draft.refuse(table, nan=True)
    made = projected(draft, table, part.components_, part.intercept_hidden_)
    return Table(draft.add("link", made.columns, len(made.columns), function="sigmoid"))


def projected(draft: Draft, table: Table, weights: Any, shift: Any = None) -> Table:
    """``x @ weights.T + shift``."""
    if hasattr(weights, "toarray"):
        weights = weights.toarray()
    draft.widens = False
    out = len(weights)
    coefficients = doubles(weights)
    intercept = doubles(shift) if shift is not None else np.zeros(out)
    return Table(
        draft.add("linear", table.columns, out, coefficients=coefficients, intercept=intercept)
    )


def _centered(draft: Draft, table: Table, mean: Any) -> Table:
    draft.widens = False
    n = len(table.columns)
    return Table(draft.add("scale", table.columns, n, center=doubles(mean)))
