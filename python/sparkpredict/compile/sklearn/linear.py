# SPDX-License-Identifier: Apache-2.0
"""scikit-learn's linear models: sums of products, in no fixed order."""

from __future__ import annotations

from typing import Any

import numpy as np

from sparkpredict.compile import answers
from sparkpredict.compile.draft import Draft, Table, doubles
from sparkpredict.compile.plan import Output
from sparkpredict.compile.sklearn.projections import projected

REGRESSORS = (
    *("ARDRegression", "BayesianRidge"),
    *("ElasticNet", "ElasticNetCV"),
    "HuberRegressor",
    *("Lars", "LarsCV"),
    *("Lasso", "LassoCV", "LassoLars", "LassoLarsCV", "LassoLarsIC"),
    *("LinearRegression", "LinearSVR"),
    *("MultiTaskElasticNet", "MultiTaskElasticNetCV", "MultiTaskLasso", "MultiTaskLassoCV"),
    *("OrthogonalMatchingPursuit", "OrthogonalMatchingPursuitCV"),
    *("PassiveAggressiveRegressor", "QuantileRegressor"),
    *("Ridge", "RidgeCV"),
    *("SGDRegressor", "TheilSenRegressor"),
)
GENERALIZED = ("GammaRegressor", "PoissonRegressor", "TweedieRegressor")
CLASSIFIERS = ("LogisticRegression", "LogisticRegressionCV")
MARGINS = (
    *("LinearSVC", "PassiveAggressiveClassifier", "Perceptron"),
    *("RidgeClassifier", "RidgeClassifierCV", "SGDClassifier"),
)
_INVERSE_LINKS = {"IdentityLink": None, "LogLink": "exp", "LogitLink": "sigmoid"}


def regressor(draft: Draft, model: Any, table: Table) -> dict[str, Output]:
    """``X @ coef.T + intercept``; a matrix of answers where it was fitted on a matrix of targets.

    Lasso and its kin flatten their coefficients, and so the answer, where there is one target.
    """
    sums = _sums(draft, model, table, 1.0)
    return {"predict": answers.numbers(draft, sums, array=np.ndim(model.coef_) > 1)}


def generalized(draft: Draft, model: Any, table: Table) -> dict[str, Output]:
    """The inverse of the link of a sum, sklearn.linear_model.PoissonRegressor and its kin."""
    link = type(model._base_loss.link).__name__  # noqa: SLF001 (predict asks it too)
    if link not in _INVERSE_LINKS:
        raise draft.cannot(f"its link {link} is not handled")
    made = _sums(draft, model, table, 1.0)
    inverse = _INVERSE_LINKS[link]
    if inverse is not None:
        made = draft.add("link", made, 1, function=inverse)
    return {"predict": answers.numbers(draft, made)}


def classifier(draft: Draft, model: Any, table: Table) -> dict[str, Output]:
    """sklearn.linear_model.LogisticRegression, of two classes or more."""
    sums = _sums(draft, model, table, 1.0)
    probabilities = _probabilities(draft, model, table, sums)
    return {
        **answers.of_margins(draft, model, sums),
        **answers.of_probabilities(draft, model, probabilities),
    }


def margins(draft: Draft, model: Any, table: Table) -> dict[str, Output]:
    """Classifiers by the sign of a sum, or the greatest; SGDClassifier has probabilities too."""
    binarizer = getattr(model, "_label_binarizer", None)  # of RidgeClassifier
    if binarizer is not None and binarizer.y_type_.startswith("multilabel"):
        raise draft.cannot("it has several targets with classes of their own")
    sums = _sums(draft, model, table, 1.0)
    told = answers.of_margins(draft, model, sums)
    if not hasattr(model, "predict_proba"):
        return told
    if model.loss == "log_loss":
        each = draft.add("link", sums, len(sums), function="sigmoid")
    elif model.loss == "modified_huber":
        each = _modified_huber(draft, sums)
    else:
        raise draft.cannot(f"probabilities of loss={model.loss!r} are not handled")
    return {**told, **answers.of_probabilities(draft, model, answers.one_vs_rest(draft, each))}


def outliers(draft: Draft, model: Any, table: Table) -> dict[str, Output]:
    """sklearn.linear_model.SGDOneClassSVM: 1 where a sum is not below its offset, else -1."""
    draft.refuse(table, nan=True)
    made = projected(draft, table, np.reshape(model.coef_, (1, -1))).columns
    offset = {"scale": np.ones(1), "offset": -doubles(model.offset_)}
    score = draft.add("affine", made, 1, **offset)
    label = answers.above(draft, score[0], answers.BEFORE_ZERO)
    return {
        "predict": answers.labelled(draft, label, np.asarray([-1, 1])),
        "decision_function": answers.numbers(draft, score),
    }


def discriminant(draft: Draft, model: Any, table: Table) -> dict[str, Output]:
    """sklearn.discriminant_analysis.LinearDiscriminantAnalysis, without its logarithms."""
    sums = _sums(draft, model, table, 1.0)
    if len(sums) == 1:
        positive = draft.add("link", sums, 1, function="sigmoid")
        made = draft.add("link", positive, 2, function="binary")
    else:
        made = draft.add("link", sums, len(sums), function="softmax")
    return {
        **answers.of_margins(draft, model, sums),
        "predict_proba": answers.numbers(draft, made, array=True),
    }


def partial_least_squares(draft: Draft, model: Any, table: Table) -> dict[str, Output]:
    """sklearn.cross_decomposition.PLSRegression and its kin, which take the mean off first."""
    draft.refuse(table, nan=True)
    draft.widens = False
    columns = table.columns
    if not hasattr(model, "_x_mean"):
        raise draft.cannot("it was fitted by a scikit-learn before 1.1")
    center = doubles(model._x_mean)  # noqa: SLF001 (as predict does)
    made = draft.add("scale", columns, len(columns), center=center)
    sums = _sums(draft, model, Table(made), 1.0)
    is_one = getattr(model, "_predict_1d", False)
    return {"predict": answers.numbers(draft, sums, array=not is_one)}


def _modified_huber(draft: Draft, sums: tuple[int, ...]) -> tuple[int, ...]:
    """``(clip(x, -1, 1) + 1) / 2``."""
    ones, n = np.ones(len(sums)), len(sums)
    cut = draft.add("affine", sums, n, scale=ones, offset=0 * ones, clip=doubles([-1.0, 1.0]))
    return draft.add("affine", cut, n, scale=ones / 2, offset=ones / 2)


def _probabilities(
    draft: Draft, model: Any, table: Table, sums: tuple[int, ...]
) -> tuple[int, ...]:
    """By the rules of LogisticRegression.predict_proba."""
    count = len(sums)
    if not _is_softmax(model):
        return answers.one_vs_rest(draft, draft.add("link", sums, count, function="sigmoid"))
    if count == 1:
        sums = (*_sums(draft, model, table, -1.0), *sums)
    return draft.add("link", sums, len(sums), function="softmax")


def _is_softmax(model: Any) -> bool:
    """Whether the probabilities are a softmax; else a sigmoid for each class, normalised.

    Until 1.7 that was chosen by ``multi_class``; now it follows from the number of classes.
    """
    chosen = model.get_params(deep=False).get("multi_class")
    several = len(model.classes_) > 2
    if chosen is None:
        return several
    if chosen in {"auto", "deprecated"}:
        return several and model.solver != "liblinear"
    return bool(chosen == "multinomial")


def _sums(draft: Draft, model: Any, table: Table, sign: float) -> tuple[int, ...]:
    if not isinstance(model.coef_, np.ndarray):
        raise draft.cannot("its coefficients are sparse")
    coefficients = np.atleast_2d(model.coef_)
    if coefficients.shape[1] != len(table.columns):
        raise draft.cannot(
            f"it has {coefficients.shape[1]} coefficients for {len(table.columns)} features"
        )
    if sign > 0:
        draft.refuse(table, nan=True)
    if coefficients.dtype != np.float64:
        draft.widens = False
    outputs = len(coefficients)
    intercept = np.broadcast_to(doubles(model.intercept_), (outputs,))
    return draft.add(
        "linear",
        table.columns,
        outputs,
        coefficients=doubles(coefficients) * sign,
        intercept=np.asarray(intercept * sign),
    )
