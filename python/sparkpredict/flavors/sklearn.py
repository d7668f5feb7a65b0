# SPDX-License-Identifier: Apache-2.0
"""scikit-learn estimators and pipelines.

Source: https://scikit-learn.org/stable/glossary.html, ``feature_names_in_`` and ``n_features_in_``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

# Their predict takes the argmax of their own predict_proba (sklearn.ensemble._forest and _bagging),
# so one pass over the trees gives both.
_ARGMAX = frozenset({"RandomForestClassifier", "ExtraTreesClassifier", "BaggingClassifier"})


def inputs(model: Any) -> tuple[tuple[str, ...] | None, int | None]:
    """The feature names an estimator was fitted with, and how many features."""
    names = getattr(model, "feature_names_in_", None)
    count = getattr(model, "n_features_in_", None)
    return (
        tuple(str(name) for name in names) if names is not None else None,
        int(count) if count is not None else None,
    )


def takes_nan(model: Any) -> bool | None:
    """What an estimator's own tags say; None for those made of others, whose tags guess."""
    if not type(model).__module__.startswith("sklearn.") or _is_composed(model):
        return None
    try:
        from sklearn.utils import get_tags  # 1.6 and later

        tag = get_tags(model).input_tags.allow_nan
    except ImportError:
        tag = model._get_tags()["allow_nan"]  # noqa: SLF001 (before 1.6 the only way)
    except Exception:  # noqa: BLE001 (an estimator of another version: a trial tells)
        return None
    return bool(tag)


def _is_composed(model: Any) -> bool:
    parts = model.get_params(deep=False).values()
    return any(hasattr(part, "fit") or isinstance(part, (list, tuple)) for part in parts)


def one_pass(model: Any) -> bool:
    """Whether the label is the argmax of the probabilities by the estimator's own code.

    A pipeline asks its last step for both, with the same inputs.
    """
    last = model.steps[-1][1] if _is_pipeline(model) else model
    kind = type(last)
    return kind.__name__ in _ARGMAX and kind.__module__.startswith("sklearn.ensemble.")


def known_values(model: Any) -> dict[Any, Any]:
    """For columns of which an encoder knows the categories, the first of them.

    By name, or by place where the model was fitted without names.
    """
    names = getattr(model, "feature_names_in_", None)
    count = int(getattr(model, "n_features_in_", 0))
    columns = list(names) if names is not None else list(range(count))
    return dict(_known(model, columns))


def _known(part: Any, columns: list[Any]) -> Iterator[tuple[Any, Any]]:
    if _is_pipeline(part):
        part = next((s for _, s in part.steps if hasattr(s, "categories_") or _splits(s)), None)
    if _splits(part):
        for _, inner, chosen in part.transformers_:
            yield from _known(inner, _chosen(chosen, columns))
    elif hasattr(part, "categories_"):
        for column, categories in zip(columns, part.categories_):
            if len(categories):
                first = categories[0]
                yield column, first.item() if hasattr(first, "item") else first


def _chosen(chosen: Any, columns: list[Any]) -> list[Any]:
    """The columns of a ColumnTransformer's part: by name, place, mask or slice."""
    if isinstance(chosen, str):
        return [chosen]
    if isinstance(chosen, slice):
        return columns[chosen] if not isinstance(chosen.start, str) else []
    import numpy as np

    listed = [chosen] if isinstance(chosen, int) else list(chosen)
    if np.asarray(listed).dtype.kind == "b":
        return [column for column, taken in zip(columns, listed) if taken]
    at_places = [at for at in listed if not isinstance(at, str) and at < len(columns)]
    return [at for at in listed if isinstance(at, str)] or [columns[at] for at in at_places]


def _splits(part: Any) -> bool:
    return hasattr(part, "transformers_")


def _is_pipeline(part: Any) -> bool:
    return bool(getattr(part, "steps", None)) and hasattr(part, "named_steps")
