# SPDX-License-Identifier: Apache-2.0
"""Every estimator of the installed scikit-learn, fitted on a few rows, and whether it compiles."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import sklearn
from sklearn import linear_model as lm
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.pipeline import make_pipeline
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from sklearn.utils import all_estimators

from compiled import assert_same, compiled
from sparkpredict.compile.plan import ModelPlan

RANDOM = np.random.default_rng(11)
ROWS = pd.DataFrame(RANDOM.random((60, 3)) + 0.1, columns=["x", "y", "z"])
TARGET = (ROWS["x"] * 2 + ROWS["y"] ** 2 + RANDOM.random(60)).to_numpy()
CLASSES = np.digitize(TARGET, np.quantile(TARGET, [0.3, 0.6]))
TWO = (CLASSES > 0) * 1
PAIRS = np.column_stack([TARGET, -TARGET])

LINE, LOGIT = lm.Ridge(), lm.LogisticRegression()
_LINE: dict[str, Any] = {"estimator": LINE}
_LOGIT: dict[str, Any] = {"estimator": LOGIT}
_GRID = {**_LINE, "param_grid": {"alpha": [1.0, 2.0]}, "cv": 2}
_DRAWN = {**_LINE, "param_distributions": {"alpha": [1.0, 2.0]}, "cv": 2}
_CLASSIFIERS = {"estimators": [("a", LOGIT), ("b", DecisionTreeClassifier(max_depth=3))]}
_REGRESSORS = {"estimators": [("a", LINE), ("b", DecisionTreeRegressor(max_depth=3))]}
# What a class is made with where it does not do without, or would not end.
MADE: dict[str, dict[str, Any]] = {
    "CCA": {"n_components": 1},
    "CalibratedClassifierCV": {"cv": 2},
    "CategoricalNB": {"min_categories": 9},
    "ClassifierChain": _LOGIT,
    "ColumnTransformer": {"transformers": [("a", "passthrough", ["x", "y"])]},
    "FeatureUnion": {"transformer_list": [("a", "passthrough")]},
    "FixedThresholdClassifier": _LOGIT,
    "FrozenEstimator": {"estimator": lm.Ridge().fit(ROWS, TARGET)},
    "GaussianRandomProjection": {"n_components": 2},
    "GridSearchCV": _GRID,
    "HalvingGridSearchCV": _GRID,
    "HalvingRandomSearchCV": _DRAWN,
    "MultiOutputClassifier": _LOGIT,
    "MultiOutputRegressor": _LINE,
    "OneVsOneClassifier": _LOGIT,
    "OneVsRestClassifier": _LOGIT,
    "OutputCodeClassifier": _LOGIT,
    "PLSCanonical": {"n_components": 1},
    "Pipeline": {"steps": [("a", LINE)]},
    "RFE": _LOGIT,
    "RFECV": _LOGIT,
    "RandomizedSearchCV": _DRAWN,
    "RegressorChain": _LINE,
    "SelectFromModel": _LINE,
    "SelectKBest": {"k": 2},
    "SelfTrainingClassifier": _LOGIT,
    "SequentialFeatureSelector": _LINE,
    "SparseCoder": {"dictionary": np.eye(3)},
    "SparseRandomProjection": {"n_components": 2},
    "StackingClassifier": _CLASSIFIERS,
    "StackingRegressor": {**_REGRESSORS, "final_estimator": LINE},
    "TheilSenRegressor": {"max_subpopulation": 40},
    "TunedThresholdClassifierCV": {**_LOGIT, "cv": 2},
    "VotingClassifier": _CLASSIFIERS,
    "VotingRegressor": _REGRESSORS,
}
_KERNELS_AND_NEIGHBOURS = frozenset(
    (
        *("SVC", "NuSVC", "SVR", "NuSVR", "KernelRidge"),
        *("GaussianProcessClassifier", "GaussianProcessRegressor"),
        *("KNeighborsClassifier", "KNeighborsRegressor"),
        *("RadiusNeighborsClassifier", "RadiusNeighborsRegressor"),
        *("LabelPropagation", "LabelSpreading"),
    )
)
REGRESSOR, CLASSIFIER, TRANSFORMER, OTHER = "regressor", "classifier", "transformer", "other"


@dataclass(frozen=True)
class Tried:
    """One class.

    Attributes:
        name: of the class.
        kind: ``regressor``, ``classifier``, ``transformer`` or ``other``.
        reason: why it is not compiled; None if it is.
    """

    name: str
    kind: str
    reason: str | None

    @property
    def counts(self) -> bool:
        """Whether it is a regressor or classifier, of no kernel or neighbours."""
        return self.kind in {REGRESSOR, CLASSIFIER} and self.name not in _KERNELS_AND_NEIGHBOURS


def every() -> list[Tried]:
    """All estimators by name; those that compile have given the library's answers."""
    from sklearn.experimental import enable_halving_search_cv, enable_iterative_imputer  # noqa: F401

    return [_tried(name, kind) for name, kind in all_estimators()]


def _tried(name: str, kind: type) -> Tried:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = kind(**MADE.get(name, {}))
        if is_regressor(model) or is_classifier(model):
            of = REGRESSOR if is_regressor(model) else CLASSIFIER
            return Tried(name, of, _reason(_fitted(model, of)))
        if hasattr(model, "transform") and not hasattr(model, "predict"):
            try:
                whole = make_pipeline(clone(model), LINE).fit(ROWS, CLASSES)
            except (ValueError, TypeError, AttributeError, NotImplementedError):
                return Tried(name, TRANSFORMER, "it takes other things than a table of numbers")
            return Tried(name, TRANSFORMER, _reason(whole))
        if not hasattr(model, "predict"):
            return Tried(name, OTHER, "it has no predict")
        return Tried(name, OTHER, _reason(model.fit(ROWS)))


def _fitted(model: Any, kind: str) -> Any:
    data = ROWS[["x"]] if type(model).__name__ == "IsotonicRegression" else ROWS
    name = type(model).__name__
    if kind == REGRESSOR:
        several = name.startswith("Multi") or name in {"RegressorChain", "CCA", "PLSCanonical"}
        return model.fit(data, PAIRS if several else TARGET)
    if name in {"ClassifierChain", "MultiOutputClassifier"}:
        return model.fit(data, np.column_stack([TWO, 1 - TWO]))
    return model.fit(data, TWO if "Threshold" in name else CLASSES)


def _reason(model: Any) -> str | None:
    data = ROWS[["x"]] if type(model).__name__ == "IsotonicRegression" else ROWS
    made = compiled(model, data)
    if not isinstance(made.plan, ModelPlan):
        return str(made.plan.reason)
    assert_same(made, data)
    return None


def page(found: list[Tried]) -> str:
    """docs/estimators.md."""
    counted = [one for one in found if one.counts]
    share = sum(one.reason is None for one in counted) / len(counted)
    lines = [HEAD.format(version=sklearn.__version__, share=int(100 * share), **_counts(found))]
    for kind in (REGRESSOR, CLASSIFIER, TRANSFORMER, OTHER):
        lines += ["", f"## {TITLES[kind]}", "", "| Class | Compiled |", "| --- | --- |"]
        of = [one for one in found if one.kind == kind]
        lines += [f"| `{one.name}` | {one.reason or 'yes'} |" for one in of]
    return "\n".join(lines) + "\n"


def _counts(found: list[Tried]) -> dict[str, int]:
    counts = {}
    for kind in (REGRESSOR, CLASSIFIER, TRANSFORMER, OTHER):
        of = [one for one in found if one.kind == kind]
        counts[f"{kind}s"] = len(of)
        counts[f"compiled_{kind}s"] = sum(one.reason is None for one in of)
    return counts


TITLES = {
    REGRESSOR: "Regressors",
    CLASSIFIER: "Classifiers",
    TRANSFORMER: "Transformers, before a linear model",
    OTHER: "Others: clusters, outliers, searches",
}
HEAD = """\
<!-- SPDX-License-Identifier: Apache-2.0 -->
<!-- Made by tests/unit/test_every_estimator.py; SPARKPREDICT_REWRITE_GOLDEN=1 writes it anew. -->
# scikit-learn's estimators

Each class of scikit-learn {version}, as it is made without parameters where that goes, fitted on a
few rows of numbers. The engine `python` takes every model that has the asked method; `onnx` takes
those of which [a converter](onnx.md) makes a graph that agrees. The engine `compiled` takes those
with *yes*, and what is made of them: searches, pipelines, votes. A parameter may still leave one to
Python; `info()` tells.

| | Classes | Compiled |
| --- | --- | --- |
| Regressors | {regressors} | {compiled_regressors} |
| Classifiers | {classifiers} | {compiled_classifiers} |
| Transformers | {transformers} | {compiled_transformers} |
| Others | {others} | {compiled_others} |

Of the regressors and classifiers that are no kernel or neighbour methods, {share} % compile."""
