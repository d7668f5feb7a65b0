# SPDX-License-Identifier: Apache-2.0
"""scikit-learn's models with one model for each of several targets."""

from __future__ import annotations

from typing import Any

import numpy as np

from sparkpredict.compile import answers
from sparkpredict.compile.draft import Table
from sparkpredict.compile.plan import Output
from sparkpredict.compile.sklearn.inside import Inside

_PAIR = 2
_SCORES = ("predict_proba", "decision_function")  # of two classes that of the second


def each(model: Any, table: Table, inside: Inside) -> dict[str, Output]:
    """sklearn.multioutput.MultiOutputRegressor and MultiOutputClassifier, of labels as numbers."""
    columns: tuple[int, ...] = ()
    for at, part in enumerate(model.estimators_):
        output = inside.output(part, table, f"estimators_[{at}]", "predict")
        columns += (inside.codes(output),)
    return {"predict": answers.numbers(inside.draft, columns, array=True)}


def chain(model: Any, table: Table, inside: Inside) -> dict[str, Output]:
    """sklearn.multioutput.RegressorChain and ClassifierChain: each sees what is before it."""
    draft = inside.draft
    draft.refuse(table, nan=True)
    method = getattr(model, "chain_method_", "predict")  # of classifiers since 1.5
    made: dict[str, tuple[int, ...]] = {}
    seen: tuple[int, ...] = ()
    for at, part in enumerate(model.estimators_):
        told = inside.answer(part, Table(table.columns + seen), f"estimators_[{at}]")
        made["predict"] = (*made.get("predict", ()), inside.codes(told["predict"]))
        for name in _SCORES if len(getattr(part, "classes_", ())) == _PAIR else ():
            if name in told:
                made[name] = (*made.get(name, ()), told[name].columns[-1])
        if len(made.get(method, ())) != at + 1:
            raise draft.cannot(f"{method} of estimators_[{at}] is not compiled")
        seen += made[method][-1:]
    places = np.argsort(model.order_)
    return {
        name: answers.numbers(draft, tuple(columns[at] for at in places), array=True)
        for name, columns in made.items()
        if len(columns) == len(places)
    }
