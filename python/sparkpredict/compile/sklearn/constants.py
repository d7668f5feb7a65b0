# SPDX-License-Identifier: Apache-2.0
"""scikit-learn's models that answer the same for every row, and one of a single feature."""

from __future__ import annotations

from typing import Any

import numpy as np

from sparkpredict.compile import answers
from sparkpredict.compile.draft import Draft, Table, doubles
from sparkpredict.compile.plan import Output


def regressor(draft: Draft, model: Any, table: Table) -> dict[str, Output]:  # noqa: ARG001
    """sklearn.dummy.DummyRegressor, which looks at no feature."""
    made = constant(draft, model.constant_)
    return {"predict": answers.numbers(draft, made, array=model.n_outputs_ > 1)}


def classifier(draft: Draft, model: Any, table: Table) -> dict[str, Output]:  # noqa: ARG001
    """sklearn.dummy.DummyClassifier, but for strategies that draw lots."""
    strategy = model._strategy  # noqa: SLF001 (predict asks it too)
    if strategy not in {"prior", "most_frequent", "constant"}:
        raise draft.cannot(f"strategy={strategy!r} draws lots")
    if model.n_outputs_ != 1:
        raise draft.cannot(f"it has {model.n_outputs_} targets with classes of their own")
    prior = np.asarray(model.class_prior_)
    chosen = (
        np.flatnonzero(model.classes_ == np.ravel(model.constant)[0])
        if (strategy == "constant")
        else np.asarray([prior.argmax()])
    )
    shares = prior if strategy == "prior" else np.eye(len(prior))[int(chosen[0])]
    label = constant(draft, chosen[:1])[0]
    return {
        "predict": answers.labelled(draft, label, model.classes_),
        **answers.of_probabilities(draft, model, constant(draft, shares)),
    }


def isotonic(draft: Draft, model: Any, table: Table) -> dict[str, Output]:
    """sklearn.isotonic.IsotonicRegression, of one feature."""
    draft.refuse(table, nan=True)
    if model.out_of_bounds == "raise":
        raise draft.cannot("out_of_bounds='raise' refuses whole batches")
    made = stepwise(draft, model, table.columns[0])
    return {"predict": answers.numbers(draft, made)}


def stepwise(draft: Draft, model: Any, column: int) -> tuple[int, ...]:
    """What an isotonic regression makes of a column."""
    at, values = model.X_thresholds_, model.y_thresholds_
    if at.dtype != np.float64:
        raise draft.cannot("its steps are in float32")
    outside = doubles([np.nan]) if model.out_of_bounds == "nan" and len(at) > 1 else None
    points = {"at": doubles(at), "values": doubles(values), "beyond": outside}
    return draft.add("interpolate", (column,), 1, **points)


def constant(draft: Draft, values: Any) -> tuple[int, ...]:
    """Columns that are the same in each row."""
    made = doubles(values)
    columns = draft.add("linear", (), len(made), coefficients=np.zeros(0), intercept=made)
    draft.settle(columns)
    return columns
