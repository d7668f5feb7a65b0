# SPDX-License-Identifier: Apache-2.0
"""Which estimators may be given a plain matrix in place of a named frame."""

from __future__ import annotations

import warnings
from typing import Any

from .methods import Method

# Estimators of scikit-learn that turn a frame of numbers into this very matrix before they look at
# it (sklearn.utils.validation.validate_data), which takes longer than a linear model's arithmetic.
# Not pipelines and other compositions: their parts may pick columns by name.
_ESTIMATORS = frozenset(
    {
        "BayesianRidge",
        "DecisionTreeClassifier",
        "DecisionTreeRegressor",
        "ElasticNet",
        "ElasticNetCV",
        "ExtraTreesClassifier",
        "ExtraTreesRegressor",
        "GammaRegressor",
        "GradientBoostingClassifier",
        "GradientBoostingRegressor",
        "HistGradientBoostingClassifier",
        "HistGradientBoostingRegressor",
        "HuberRegressor",
        "Lasso",
        "LassoCV",
        "LinearRegression",
        "LogisticRegression",
        "LogisticRegressionCV",
        "PoissonRegressor",
        "RandomForestClassifier",
        "RandomForestRegressor",
        "Ridge",
        "RidgeCV",
        "SGDClassifier",
        "SGDRegressor",
        "TweedieRegressor",
    }
)
_UNNAMED = "X does not have valid feature names"


def takes_matrix(model: Any, names: list[str]) -> bool:
    """Whether a model gives a matrix of these features the same answers as a frame of them.

    Where the order of the names is not the one that the model was fitted with, scikit-learn refuses
    a frame, and would mis-score a matrix without a word: that model gets its frame.
    """
    kind = type(model)
    fitted = getattr(model, "feature_names_in_", None)
    return (
        kind.__name__ in _ESTIMATORS
        and kind.__module__.startswith("sklearn.")
        and getattr(model, "is_categorical_", None) is None
        and (fitted is None or list(fitted) == names)
    )


def unnamed(predict: Method) -> Method:
    """A method without the warning that a matrix has no names: the caller has matched them."""

    def quiet(data: Any) -> Any:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=_UNNAMED)
            return predict(data)

    return quiet
