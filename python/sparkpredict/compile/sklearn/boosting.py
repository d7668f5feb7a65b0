# SPDX-License-Identifier: Apache-2.0
"""scikit-learn's boosted trees: sums over trees, after what each row starts from."""

from __future__ import annotations

from typing import Any

import numpy as np

from sparkpredict.compile import answers
from sparkpredict.compile.draft import Draft, Table, doubles
from sparkpredict.compile.forest import Forest
from sparkpredict.compile.plan import Output
from sparkpredict.compile.sklearn import histogram
from sparkpredict.compile.sklearn.trees import narrowed, structure

_CONSTANT = ("DummyClassifier", "DummyRegressor")


def regressor(draft: Draft, model: Any, table: Table) -> dict[str, Output]:
    """sklearn.ensemble.GradientBoostingRegressor."""
    return {"predict": answers.numbers(draft, _sums(draft, model, table))}


def classifier(draft: Draft, model: Any, table: Table) -> dict[str, Output]:
    """sklearn.ensemble.GradientBoostingClassifier, whose class at 0 is the second."""
    sums = _sums(draft, model, table)
    scaled = sums
    if model.loss == "exponential":  # its link is half the logit
        scaled = draft.add("affine", sums, 1, scale=doubles([2.0]), offset=doubles([0.0]))
    return _of_classes(draft, model, sums, scaled, answers.BEFORE_ZERO)


def histogram_regressor(draft: Draft, model: Any, table: Table) -> dict[str, Output]:
    """sklearn.ensemble.HistGradientBoostingRegressor, with the link of its loss."""
    sums = histogram.sums(draft, model, table)
    if model.loss in {"poisson", "gamma"}:
        answer = draft.add("link", sums, 1, function="exp")
        return {"predict": answers.numbers(draft, answer)}
    if model.loss in {"squared_error", "absolute_error", "quantile"}:
        return {"predict": answers.numbers(draft, sums)}
    raise draft.cannot(f"loss={model.loss!r} is not handled")


def histogram_classifier(draft: Draft, model: Any, table: Table) -> dict[str, Output]:
    """sklearn.ensemble.HistGradientBoostingClassifier, whose class at 0 is the first."""
    if model.loss != "log_loss":
        raise draft.cannot(f"loss={model.loss!r} is not handled")
    sums = histogram.sums(draft, model, table)
    return _of_classes(draft, model, sums, sums, 0.0)


def _of_classes(
    draft: Draft, model: Any, sums: tuple[int, ...], scaled: tuple[int, ...], limit: float
) -> dict[str, Output]:
    if len(sums) == 1:
        label = answers.above(draft, sums[0], limit)
        positive = draft.add("link", scaled, 1, function="sigmoid")
        probabilities = draft.add("link", positive, 2, function="binary")
    else:
        label = answers.greatest(draft, sums)
        probabilities = draft.add("link", scaled, len(scaled), function="softmax")
    return {
        "predict": answers.labelled(draft, label, model.classes_),
        **answers.of_probabilities(draft, model, probabilities),
        "decision_function": answers.numbers(draft, sums, array=len(sums) > 1),
    }


def _sums(draft: Draft, model: Any, table: Table) -> tuple[int, ...]:
    outputs = model.estimators_.shape[1]
    forest = Forest()
    for stage in model.estimators_:
        for tree in stage:  # the same product that the library adds
            forest.add(structure(tree.tree_, model.learning_rate * tree.tree_.value[:, 0, 0]))
    base = _base(draft, model, len(table.columns))
    given = narrowed(draft, table, nan=True)
    return draft.add(
        "forest",
        given.columns,
        outputs,
        **forest.fields(),
        target=np.tile(np.arange(outputs, dtype=np.int32), len(model.estimators_)),
        sum="f8",
        base=base,
        base_at="first",
    )


def _base(draft: Draft, model: Any, features: int) -> Any:
    """What rows start from, as the model itself tells for one; it must be the same for each."""
    init = model.init_
    if not isinstance(init, str) and type(init).__name__ not in _CONSTANT:
        raise draft.cannot(f"init is a {type(init).__name__}, which gives each row its own start")
    zeros = np.zeros((1, features), dtype=np.float32)
    return doubles(model._raw_predict_init(zeros))  # noqa: SLF001 (as predict does)
