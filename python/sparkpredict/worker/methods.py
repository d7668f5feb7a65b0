# SPDX-License-Identifier: Apache-2.0
"""What a library's own object can be asked for, by the names that ``output=`` takes.

scikit-learn's methods have their own names; boosted trees have more, see ``boosted.py``.
"""

from __future__ import annotations

from typing import Any

from . import boosted

Method = boosted.Method

PREDICT = "predict"
# Each takes the features alone and gives one row for each; not staged_predict, kneighbors, ...
_OWN = (
    PREDICT,
    "predict_proba",
    "predict_log_proba",
    "predict_joint_log_proba",
    "decision_function",
    "transform",
    "score_samples",
    "apply",
)
_BOOSTED = ("raw_score", "leaf", "contributions")


def raw(model: Any) -> Any:
    """The library's own object inside MLflow's Python function; None where there is none."""
    implementation = getattr(model, "_model_impl", None)
    for name in ("sklearn_model", "xgb_model", "lgb_model"):
        if hasattr(implementation, name):
            return getattr(implementation, name)
    return None


def names(flavor: str, library: Any) -> tuple[str, ...]:
    """What the object has, in a fixed order."""
    return tuple(name for name in (*_OWN, *_BOOSTED) if method(flavor, library, name) is not None)


def method(flavor: str, library: Any, name: str) -> Method | None:
    """The way to ask for an output; None where the object does not have it.

    Args:
        flavor: the MLflow flavor.
        library: the library's own object.
        name: as ``output=`` names it.
    """
    special = boosted.FLAVORS.get(flavor)
    found = special(library, name) if special else None
    if found is not None or name not in _OWN or (special and boosted.is_native(library)):
        return found
    own = getattr(library, name, None)
    return own if callable(own) else None
