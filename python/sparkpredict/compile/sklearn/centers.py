# SPDX-License-Identifier: Apache-2.0
"""scikit-learn's models that look for the nearest of some centers, or at how far they are."""

from __future__ import annotations

from typing import Any

import numpy as np

from sparkpredict.compile import answers
from sparkpredict.compile.draft import Draft, Table, doubles
from sparkpredict.compile.plan import Output
from sparkpredict.compile.sklearn.projections import projected


def k_means(draft: Draft, model: Any, table: Table) -> dict[str, Output]:
    """sklearn.cluster.KMeans and MiniBatchKMeans: the nearest, the first of equals."""
    near = _nearness(draft, table, model.cluster_centers_)
    label = answers.greatest(draft, near)
    return {"predict": answers.labelled(draft, label, np.arange(len(near)))}


def exemplars(draft: Draft, model: Any, table: Table) -> dict[str, Output]:
    """sklearn.cluster.MeanShift and AffinityPropagation: the nearest of what they have found."""
    centers = np.asarray(model.cluster_centers_)
    if centers.ndim != len("xy") or not len(centers):
        raise draft.cannot("it has found no centers")
    near = _nearness(draft, table, centers)
    label = answers.greatest(draft, near)
    return {"predict": answers.labelled(draft, label, np.arange(len(near)))}


def subclusters(draft: Draft, model: Any, table: Table) -> dict[str, Output]:
    """sklearn.cluster.Birch: the cluster that the nearest of its subclusters is part of."""
    label = answers.greatest(draft, _nearness(draft, table, model.subcluster_centers_))
    return {"predict": answers.labelled(draft, label, model.subcluster_labels_)}


def centroids(draft: Draft, model: Any, table: Table) -> dict[str, Output]:
    """sklearn.neighbors.NearestCentroid, of classes that are as frequent as each other."""
    if model.metric != "euclidean":
        raise draft.cannot(f"metric={model.metric!r} is not handled")
    prior = getattr(model, "class_prior_", None)  # since 1.6
    if prior is not None and not np.isclose(prior, 1 / len(model.classes_)).all():
        raise draft.cannot("its classes have different priors")
    label = answers.greatest(draft, _nearness(draft, table, model.centroids_))
    return {"predict": answers.labelled(draft, label, model.classes_)}


def distances(draft: Draft, part: Any, table: Table) -> Table:
    """sklearn.cluster.KMeans and its kin as a transformer: how far each center is."""
    draft.refuse(table, nan=True)
    n, centers = len(table.columns), part.cluster_centers_
    squares = draft.add("link", table.columns, n, function="square")
    both = np.hstack([np.ones_like(centers), -2 * centers])
    sums = projected(draft, Table(squares + table.columns), both, (centers**2).sum(axis=1)).columns
    ones = np.ones(len(sums))
    above = draft.add(
        "affine", sums, len(sums), scale=ones, offset=0 * ones, clip=doubles([0.0, np.inf])
    )
    return Table(draft.add("link", above, len(sums), function="sqrt"))


def _nearness(draft: Draft, table: Table, centers: Any) -> tuple[int, ...]:
    """Greater for nearer centers: the square of the distance without the row's own part."""
    draft.refuse(table, nan=True)
    return projected(draft, table, 2 * centers, -(centers**2).sum(axis=1)).columns
