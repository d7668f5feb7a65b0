# SPDX-License-Identifier: Apache-2.0
"""scikit-learn's models whose last part sees the answers of the others, or corrects them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from sparkpredict.compile import answers
from sparkpredict.compile.draft import Table, doubles
from sparkpredict.compile.plan import Output
from sparkpredict.compile.sklearn import constants
from sparkpredict.compile.sklearn.inside import Inside

_PAIR = 2


def regressor(model: Any, table: Table, inside: Inside) -> dict[str, Output]:
    """sklearn.ensemble.StackingRegressor."""
    made = _stacked(model, table, inside)
    return {"predict": inside.output(model.final_estimator_, made, "final_estimator", "predict")}


def classifier(model: Any, table: Table, inside: Inside) -> dict[str, Output]:
    """sklearn.ensemble.StackingClassifier, whose parts know the places of the classes alone."""
    draft = inside.draft
    if isinstance(model.classes_, list):
        raise draft.cannot("it has several targets with classes of their own")
    made = _stacked(model, table, inside)
    told = inside.answer(model.final_estimator_, made, "final_estimator")
    if "predict" not in told or told["predict"].label_kind != "whole":
        raise draft.cannot("its final estimator gives no label that is compiled")
    classes = np.asarray(model.classes_)[list(told["predict"].labels)]
    label = answers.labelled(draft, told["predict"].columns[0], classes)
    kept = {n: o for n, o in told.items() if n in {"predict_proba", "decision_function"}}
    return {"predict": label, **kept}


def calibrated(model: Any, table: Table, inside: Inside) -> dict[str, Output]:
    """sklearn.calibration.CalibratedClassifierCV: the mean of calibrated probabilities."""
    draft = inside.draft
    parts = [
        _calibrated(part, table, inside, f"calibrated_classifiers_[{at}]")
        for at, part in enumerate(model.calibrated_classifiers_)
    ]
    mean = parts[0]
    if len(parts) > 1:
        mean = inside.mean(parts, np.full(len(parts), 1 / len(parts)))
    label = answers.greatest(draft, mean)
    return {
        "predict": answers.labelled(draft, label, model.classes_),
        "predict_proba": answers.numbers(draft, mean, array=True),
    }


def _stacked(model: Any, table: Table, inside: Inside) -> Table:
    """The answers of the first parts side by side, and then the features if they pass through."""
    named = [(name, part) for name, part in model.estimators if part != "drop"]
    methods = [method for method in model.stack_method_ if method is not None]
    columns: tuple[int, ...] = ()
    for (name, _), part, method in zip(named, model.estimators_, methods):
        found = inside.output(part, table, name, method)
        if found.label_kind is not None:
            found = Output((inside.codes(found),))
        elif method == "predict_proba" and len(model.classes_) == _PAIR:
            found = replace(found, columns=found.columns[1:])
        columns += found.columns
    if model.passthrough:
        return Table(columns + table.columns)
    return Table(inside.wide(columns))


def _calibrated(part: Any, table: Table, inside: Inside, name: str) -> tuple[int, ...]:
    draft = inside.draft
    if part.method not in {"sigmoid", "isotonic"}:
        raise draft.cannot(f"method={part.method!r} is not handled")
    if list(part.estimator.classes_) != list(part.classes):
        raise draft.cannot("an estimator has seen some of the classes alone")
    scores, _ = inside.scores(part.estimator, inside.answer(part.estimator, table, name))
    lines = part.calibrators
    if part.method == "isotonic":
        each = sum((constants.stepwise(draft, c, s) for c, s in zip(lines, scores)), ())
        return answers.one_vs_rest(draft, each)
    slope, shift = doubles([c.a_ for c in lines]), doubles([c.b_ for c in lines])
    moved = draft.add("affine", scores, len(scores), scale=-slope, offset=-shift)
    each = draft.add("link", moved, len(scores), function="sigmoid")
    return answers.one_vs_rest(draft, each)
