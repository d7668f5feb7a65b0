# SPDX-License-Identifier: Apache-2.0
"""scikit-learn's models that give a row the number of the nearest of some centers."""

from __future__ import annotations

from typing import Any

import numpy as np

from sparkpredict.compile import answers
from sparkpredict.compile.draft import Draft, Table
from sparkpredict.compile.plan import Output
from sparkpredict.compile.sklearn.projections import projected


def k_means(draft: Draft, model: Any, table: Table) -> dict[str, Output]:
    """sklearn.cluster.KMeans and MiniBatchKMeans: the nearest, the first of equals."""
    near = _nearness(draft, table, model.cluster_centers_)
    label = answers.greatest(draft, near)
    return {"predict": answers.labelled(draft, label, np.arange(len(near)))}


def centroids(draft: Draft, model: Any, table: Table) -> dict[str, Output]:
    """sklearn.neighbors.NearestCentroid, of classes that are as frequent as each other."""
    if model.metric != "euclidean":
        raise draft.cannot(f"metric={model.metric!r} is not handled")
    prior = getattr(model, "class_prior_", None)  # since 1.6
    if prior is not None and not np.isclose(prior, 1 / len(model.classes_)).all():
        raise draft.cannot("its classes have different priors")
    label = answers.greatest(draft, _nearness(draft, table, model.centroids_))
    return {"predict": answers.labelled(draft, label, model.classes_)}


def _nearness(draft: Draft, table: Table, centers: Any) -> tuple[int, ...]:
    """Greater for nearer centers: the square of the distance without the row's own part."""
    draft.refuse(table, nan=True)
    return projected(draft, table, 2 * centers, -(centers**2).sum(axis=1)).columns
