# SPDX-License-Identifier: Apache-2.0
"""What a library's own object can be asked for, by the names that ``output=`` takes.

scikit-learn's methods have their own names; boosted trees have more, see ``boosted.py``.
"""

from __future__ import annotations

from typing import Any

from . import boosted, graphs

Method = boosted.Method

PREDICT = "predict"
PROBABILITIES = "predict_proba"
ONNX = graphs.ONNX
# Each takes the features alone and gives one row for each; not staged_predict, kneighbors, ...
_OWN = (
    PREDICT,
    PROBABILITIES,
    "predict_log_proba",
    "predict_joint_log_proba",
    "decision_function",
    "transform",
    "score_samples",
    "apply",
)
_BOOSTED = ("raw_score", "leaf", "contributions")


def library(flavor: str, model: Any) -> Any:
    """What is asked in place of MLflow's Python function: a graph, or a library's own object.

    None where nothing is known that would give the same answers.
    """
    if flavor in graphs.FLAVORS:
        return graphs.of(flavor, model)
    found = raw(model)
    is_series = type(getattr(found, "model", None)).__module__.startswith("statsmodels.tsa.")
    return None if is_series else found  # MLflow asks a time series for dates, not rows


def raw(model: Any) -> Any:
    """The library's own object inside MLflow's Python function; None where there is none."""
    implementation = graphs.implementation(model)
    for name in ("sklearn_model", "xgb_model", "lgb_model", "cb_model", "statsmodels_model"):
        if hasattr(implementation, name):
            return getattr(implementation, name)
    return None


def names(flavor: str, library: Any) -> tuple[str, ...]:
    """What the object has, in a fixed order."""
    if flavor in graphs.FLAVORS:
        return tuple(dict.fromkeys((PREDICT, *library.names)))
    return tuple(name for name in (*_OWN, *_BOOSTED) if method(flavor, library, name) is not None)


def method(flavor: str, library: Any, name: str) -> Method | None:
    """The way to ask for an output; None where the object does not have it.

    Args:
        flavor: the MLflow flavor.
        library: the library's own object.
        name: as ``output=`` names it.
    """
    if flavor in graphs.FLAVORS:
        return _of_graph(flavor, library, name)
    special = boosted.FLAVORS.get(flavor)
    found = special(library, name) if special else None
    if found is not None or name not in _OWN or (special and boosted.is_native(library)):
        return found
    own = getattr(library, name, None)
    return own if callable(own) else None


def _of_graph(flavor: str, graph: graphs.Graph, name: str) -> Method | None:
    """What a graph gives altogether, or one of its outputs; a classifier's by their roles too."""
    if name == PREDICT:
        return graph.predict
    if name == PROBABILITIES and flavor == ONNX and name not in graph.names:
        name = graph.names[1] if len(graph.names) == _OF_CLASSIFIER else name
    return graph.output(name) if name in graph.names or not graph.names else None


_OF_CLASSIFIER = 2  # label, and a row of probabilities


def label(flavor: str, library: Any) -> str:
    """The method that gives a classifier's label."""
    return str(library.names[0]) if flavor == ONNX else PREDICT
