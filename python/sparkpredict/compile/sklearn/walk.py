# SPDX-License-Identifier: Apache-2.0
"""Goes through pipelines and column transformers, and gives each part to who knows its class."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sparkpredict.compile.draft import Draft, Table
from sparkpredict.compile.plan import Output
from sparkpredict.compile.sklearn import (
    bayes,
    boosters,
    boosting,
    centers,
    constants,
    delegates,
    distributions,
    encoders,
    ensembles,
    expansions,
    imputers,
    isolation,
    linear,
    multiclass,
    networks,
    numbers,
    projections,
    selectors,
    splines,
    stacks,
    targets,
    trees,
    weighted,
)
from sparkpredict.compile.sklearn.inside import Inside
from sparkpredict.compile.sklearn.reasons import REASONS

Transform = Callable[[Draft, Any, Table], Table]
Answer = Callable[[Draft, Any, Table], "dict[str, Output]"]
Made = Callable[[Any, Table, Inside], "dict[str, Output]"]

TRANSFORMERS: dict[str, Transform] = {
    "StandardScaler": numbers.standard_scaler,
    "MinMaxScaler": numbers.min_max_scaler,
    "MaxAbsScaler": numbers.max_abs_scaler,
    "RobustScaler": numbers.robust_scaler,
    "Normalizer": numbers.normalizer,
    "Binarizer": numbers.binarizer,
    "FunctionTransformer": numbers.function,
    "PolynomialFeatures": expansions.polynomial,
    "KBinsDiscretizer": expansions.bins,
    "SplineTransformer": splines.splines,
    "PowerTransformer": distributions.power,
    "QuantileTransformer": distributions.quantiles,
    "MissingIndicator": expansions.indicator,
    **dict.fromkeys(("PCA", "IncrementalPCA"), projections.principal_components),
    **dict.fromkeys(projections.PLAIN, projections.plain),
    "FactorAnalysis": projections.factors,
    "FastICA": projections.independent_components,
    "LinearDiscriminantAnalysis": projections.discriminants,
    "FeatureAgglomeration": projections.pooled,
    "BernoulliRBM": projections.machine,
    **dict.fromkeys(("KMeans", "MiniBatchKMeans", "BisectingKMeans"), centers.distances),
    **dict.fromkeys(selectors.CLASSES, selectors.selected),
    "SimpleImputer": imputers.simple_imputer,
    "OneHotEncoder": encoders.one_hot,
    "OrdinalEncoder": encoders.ordinal,
    "TargetEncoder": encoders.target,
}
ESTIMATORS: dict[str, Answer] = {
    **dict.fromkeys(linear.REGRESSORS, linear.regressor),
    **dict.fromkeys(linear.GENERALIZED, linear.generalized),
    **dict.fromkeys(linear.CLASSIFIERS, linear.classifier),
    **dict.fromkeys(linear.MARGINS, linear.margins),
    "LinearDiscriminantAnalysis": linear.discriminant,
    **dict.fromkeys(("CCA", "PLSCanonical", "PLSRegression"), linear.partial_least_squares),
    **dict.fromkeys(trees.REGRESSORS, trees.regressor),
    **dict.fromkeys(trees.CLASSIFIERS, trees.classifier),
    "GradientBoostingRegressor": boosting.regressor,
    "GradientBoostingClassifier": boosting.classifier,
    "HistGradientBoostingRegressor": boosting.histogram_regressor,
    "HistGradientBoostingClassifier": boosting.histogram_classifier,
    "AdaBoostRegressor": weighted.ada_regressor,
    "AdaBoostClassifier": weighted.ada_classifier,
    "IsolationForest": isolation.forest,
    "GaussianNB": bayes.gaussian,
    "BernoulliNB": bayes.bernoulli,
    "CategoricalNB": bayes.categorical,
    **dict.fromkeys(("ComplementNB", "MultinomialNB"), bayes.counts),
    "QuadraticDiscriminantAnalysis": bayes.quadratic,
    **dict.fromkeys(("KMeans", "MiniBatchKMeans"), centers.k_means),
    **dict.fromkeys(("AffinityPropagation", "MeanShift"), centers.exemplars),
    "Birch": centers.subclusters,
    "NearestCentroid": centers.centroids,
    "SGDOneClassSVM": linear.outliers,
    "MLPRegressor": networks.regressor,
    "MLPClassifier": networks.classifier,
    "DummyRegressor": constants.regressor,
    "DummyClassifier": constants.classifier,
    "IsotonicRegression": constants.isotonic,
}
# Models that are made of models.
MADE: dict[str, Made] = {
    **dict.fromkeys(delegates.SEARCHES, delegates.search),
    "RANSACRegressor": delegates.consensus,
    "SelfTrainingClassifier": delegates.self_training,
    "FrozenEstimator": delegates.frozen,
    "TransformedTargetRegressor": delegates.transformed_target,
    "FixedThresholdClassifier": delegates.fixed_threshold,
    "TunedThresholdClassifierCV": delegates.tuned_threshold,
    "VotingRegressor": ensembles.voting_regressor,
    "VotingClassifier": ensembles.voting_classifier,
    "BaggingRegressor": ensembles.bagging_regressor,
    "BaggingClassifier": ensembles.bagging_classifier,
    **dict.fromkeys(("MultiOutputRegressor", "MultiOutputClassifier"), targets.each),
    **dict.fromkeys(("RegressorChain", "ClassifierChain"), targets.chain),
    "OneVsRestClassifier": multiclass.one_vs_rest,
    "OneVsOneClassifier": multiclass.one_vs_one,
    "OutputCodeClassifier": multiclass.output_codes,
    **dict.fromkeys(("RFE", "RFECV"), selectors.eliminated),
    "StackingRegressor": stacks.regressor,
    "StackingClassifier": stacks.classifier,
    "CalibratedClassifierCV": stacks.calibrated,
}
OF_OTHERS: dict[str, Answer] = {"lightgbm": boosters.lightgbm, "xgboost": boosters.xgboost}


def answered(draft: Draft, model: Any, table: Table, path: str = "") -> dict[str, Output]:
    """What an estimator, or a pipeline that ends with one, answers.

    Args:
        draft: takes the steps.
        model: fitted.
        table: what it is given.
        path: the names that lead to it, for reasons.

    Raises:
        CannotCompile: it is of another class, or has a parameter that is not handled.
    """
    if _is(model, "Pipeline"):
        *before, (name, last) = model.steps
        for inner, part in before:
            table = transformed(draft, part, table, _joined(path, inner))
        return answered(draft, last, table, _joined(path, name))
    draft.part = _part(path, model)
    name = type(model).__name__
    if name in MADE and _is(model, name):
        return MADE[name](model, table, _inside(draft, path))
    package = type(model).__module__.partition(".")[0]
    answer: Answer = OF_OTHERS.get(package) or _known(ESTIMATORS, draft, model)
    return answer(draft, model, table)


def _inside(draft: Draft, path: str) -> Inside:
    """The parts of a model by their names; reasons are its own again when it goes on."""
    own = draft.part

    def answer(part: Any, table: Table, name: str) -> dict[str, Output]:
        made = answered(draft, part, table, _joined(path, name))
        draft.part = own
        return made

    return Inside(draft, answer)


def transformed(draft: Draft, part: Any, table: Table, path: str) -> Table:
    """What a transformer, or something made of such, makes of a table.

    Raises:
        CannotCompile: likewise.
    """
    if part is None or (isinstance(part, str) and part == "passthrough"):
        return table
    if _is(part, "Pipeline"):
        for name, inner in part.steps:
            table = transformed(draft, inner, table, _joined(path, name))
        return table
    draft.part = _part(path, part)
    if _is(part, "ColumnTransformer"):
        return _columns(draft, part, table, path)
    if _is(part, "FeatureUnion"):
        return _union(draft, part, table, path)
    transform: Transform = _known(TRANSFORMERS, draft, part)
    return transform(draft, part, table)


def _columns(draft: Draft, part: Any, table: Table, path: str) -> Table:
    """A column transformer: each of its parts sees some columns, and the results stand in line.

    Which columns those are, it has settled when it was fitted, whatever way they were named.
    """
    if part.transformer_weights:
        raise draft.cannot("transformer_weights is not handled")
    if table.sparse:
        raise draft.cannot("it is given a sparse matrix")
    places = part._transformer_to_input_indices  # noqa: SLF001 (its public way is names alone)
    columns: tuple[int, ...] = ()
    for name, inner, _ in part.transformers_:
        if isinstance(inner, str) and inner == "drop":
            continue
        if len(places[name]):
            made = transformed(draft, inner, table.taken(places[name]), _joined(path, name))
            columns += made.columns
    return Table(columns, sparse=bool(part.sparse_output_))


def _union(draft: Draft, part: Any, table: Table, path: str) -> Table:
    """A feature union: all of its parts see all columns, and the results stand in line."""
    if part.transformer_weights:
        raise draft.cannot("transformer_weights is not handled")
    made = [
        transformed(draft, inner, table, _joined(path, name))
        for name, inner in part.transformer_list
        if not (isinstance(inner, str) and inner == "drop")
    ]
    columns = sum((one.columns for one in made), ())
    return Table(columns, sparse=any(one.sparse for one in made))


def _known(table: dict[str, Any], draft: Draft, part: Any) -> Any:
    """The way to compile exactly this class; a class of the user's own may do anything."""
    name = type(part).__name__
    if name in table and _is(part, name):
        return table[name]
    package = type(part).__module__.partition(".")[0]
    if package == "sklearn" and name in REASONS:
        raise draft.cannot(REASONS[name])
    own = "" if package == "sklearn" else f" of {package}"
    raise draft.cannot(f"this class{own} is not compiled")


def _is(part: Any, name: str) -> bool:
    kind = type(part)
    return kind.__name__ == name and kind.__module__.startswith("sklearn.")


def _part(path: str, part: Any) -> str:
    kind = type(part).__name__
    return f"{path} ({kind})" if path else kind


def _joined(path: str, name: str) -> str:
    return f"{path}/{name}" if path else name
