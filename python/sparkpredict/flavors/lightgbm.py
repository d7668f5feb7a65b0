# SPDX-License-Identifier: Apache-2.0
"""LightGBM boosters and their scikit-learn wrappers."""

from __future__ import annotations

import re
from typing import Any

from sparkpredict.errors import ModelError


def inputs(model: Any) -> tuple[tuple[str, ...] | None, int | None]:
    """The names a booster was trained with; ``Column_0``, ... are its own placeholders."""
    booster = _booster(model)
    names = tuple(str(name) for name in booster.feature_name())
    placeholders = tuple(f"Column_{at}" for at in range(len(names)))
    return (None if names == placeholders else names), int(booster.num_feature())


def takes_nan(model: Any) -> bool:
    """It does: https://lightgbm.readthedocs.io/en/latest/Advanced-Topics.html."""
    del model
    return True


def one_pass(model: Any) -> bool:
    """``LGBMClassifier.predict`` takes the argmax of its own ``predict_proba``.

    With a function as the objective it gives raw scores in place of labels.
    """
    return type(model).__name__ == "LGBMClassifier" and not callable(model.objective_)


def categories(
    model: Any, numbers: frozenset[int], texts: tuple[int, ...]
) -> tuple[Any, ...] | None:
    """For each feature the pandas categories that it was trained with; None where none has any.

    The booster keeps the lists without the columns that they belong to. It says which features it
    split as categories, but ordered ones are numbers to it, and others may have been named by hand;
    so where the counts differ the signature's text columns decide, and where these do too, nobody.

    Raises:
        ModelError: PREDICT_CATEGORIES_UNKNOWN.
    """
    booster = _booster(model)
    known = booster.pandas_categorical
    if not known:
        return None
    for places in (_split_as_categories(booster), texts):
        if len(places) == len(known) and _fit(known, places, numbers):
            found = dict(zip(places, known))
            return tuple(
                tuple(found[at]) if at in found else None for at in range(booster.num_feature())
            )
    raise ModelError(
        "PREDICT_CATEGORIES_UNKNOWN",
        cause="LightGBM keeps categories without the columns that they belong to, and neither its "
        "categorical_feature nor the signature tells them",
    )


def _fit(known: list[list[Any]], places: tuple[int, ...], numbers: frozenset[int]) -> bool:
    """Whether no list of texts would come to a column of numbers."""
    pairs = zip(known, places)
    return not any(place in numbers and isinstance(of[0], str) for of, place in pairs if of)


def _split_as_categories(booster: Any) -> tuple[int, ...]:
    text = booster.model_to_string(num_iteration=1)
    found = re.search(r"^\[categorical_feature: ([\d,]+)\]$", text, re.MULTILINE)
    return tuple(sorted(int(at) for at in found.group(1).split(","))) if found else ()


def _booster(model: Any) -> Any:
    return getattr(model, "booster_", model)
