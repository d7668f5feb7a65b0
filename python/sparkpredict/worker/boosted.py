# SPDX-License-Identifier: Apache-2.0
"""How XGBoost, LightGBM and CatBoost are asked, by one name for the same thing in each.

``raw_score`` is the margin, ``leaf`` the leaf of each tree, ``contributions`` are SHAP values and
the bias. Native boosters are asked for their ``predict`` here too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Optional

from . import task

Method = Callable[[Any], Any]


def is_native(model: Any) -> bool:
    """Whether it is the library's own booster, not a wrapper in scikit-learn's way."""
    return type(model).__name__ == "Booster"


def _lightgbm(model: Any, name: str) -> Method | None:
    calls: dict[str, Method] = {
        "raw_score": lambda data: model.predict(data, raw_score=True),
        "leaf": lambda data: _rows(model.predict(data, pred_leaf=True)),
        "contributions": lambda data: model.predict(data, pred_contrib=True),
    }
    return model.predict if name == "predict" and is_native(model) else calls.get(name)


def _xgboost(model: Any, name: str) -> Method | None:
    call = _xgboost_native(model, name) if is_native(model) else _xgboost_wrapper(model, name)
    if call is None:
        return None
    retyped = _retyped(model if is_native(model) else model.get_booster())
    return call if retyped is None else lambda data: call(retyped(data))


def _xgboost_wrapper(model: Any, name: str) -> Method | None:
    calls: dict[str, Method] = {
        "raw_score": lambda data: model.predict(data, output_margin=True),
        "leaf": lambda data: _rows(model.apply(data)),
    }
    own = getattr(model, name, None) if name in {"predict", "predict_proba", "apply"} else None
    return own or calls.get(name)


def _xgboost_native(booster: Any, name: str) -> Method | None:
    from xgboost import DMatrix

    options: dict[str, dict[str, bool]] = {
        "predict": {},
        "raw_score": {"output_margin": True},
        "leaf": {"pred_leaf": True},
        "contributions": {"pred_contribs": True},
    }
    if name not in options:
        return None

    def ask(data: Any) -> Any:
        answer = booster.predict(DMatrix(data, enable_categorical=True), **options[name])
        return _rows(answer) if name == "leaf" else answer

    return ask


def _catboost(model: Any, name: str) -> Method | None:
    """It takes all cores unless told otherwise."""
    threads = task.cores(-1)

    def raw_score(data: Any) -> Any:
        from catboost import CatBoost  # a ranker's own predict cannot be asked for it

        return CatBoost.predict(model, data, prediction_type="RawFormulaVal", thread_count=threads)

    def contributions(data: Any) -> Any:
        from catboost import Pool

        pool = Pool(data, cat_features=model.get_cat_feature_indices())
        return model.get_feature_importance(pool, type="ShapValues", thread_count=threads)

    calls: dict[str, Method] = {
        "predict": lambda data: _flat(model.predict(data, thread_count=threads)),
        "raw_score": raw_score,
        "leaf": lambda data: _rows(model.calc_leaf_indexes(data, thread_count=threads)),
        "contributions": contributions,
    }
    own = getattr(model, name, None) if name in {"predict_proba", "predict_log_proba"} else None
    if own is not None:
        return lambda data: own(data, thread_count=threads)
    return calls.get(name)


def _flat(labels: Any) -> Any:
    """A label for each row; of several classes they come as a column."""
    return labels[:, 0] if labels.ndim > 1 and labels.shape[1] == 1 else labels


def _retyped(booster: Any) -> Callable[[Any], Any] | None:
    """Gives whole numbers that are categories the width that they were trained in.

    XGBoost compares the types of categories too, and knows no int64 for an int32.
    """
    if "c" not in (booster.feature_types or []) or not hasattr(booster, "get_categories"):
        return None
    stored = dict(booster.get_categories(export_to_arrow=True).to_arrow())
    narrow = {
        name: kept.to_numpy()
        for name, kept in stored.items()
        if kept is not None and str(kept.type) in {"int8", "int16", "int32"}
    }
    if not narrow:
        return None

    def retype(data: Any) -> Any:
        columns = {name: data[name].cat.rename_categories(kept) for name, kept in narrow.items()}
        return data.assign(**columns)

    return retype


def _rows(leaves: Any) -> Any:
    """A row of leaves for each row, also where there is a single tree."""
    import numpy as np

    return np.reshape(leaves, (len(leaves), -1))


# Evaluated at run time, so in the form that Python 3.9 reads.
FLAVORS: dict[str, Callable[[Any, str], Optional[Method]]] = {  # noqa: UP045
    "catboost": _catboost,
    "lightgbm": _lightgbm,
    "xgboost": _xgboost,
}
