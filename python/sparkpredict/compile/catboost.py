# SPDX-License-Identifier: Apache-2.0
"""Plans of CatBoost's models, from the JSON that a model writes of itself.

Source: https://catboost.ai/docs/en/concepts/python-reference_catboost_save_model, and
https://github.com/catboost/catboost, ``catboost/libs/model`` (how a formula is evaluated).
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from sparkpredict.compile import answers
from sparkpredict.compile.catboost_trees import Tests, oblivious, with_shape
from sparkpredict.compile.draft import Draft, Table, doubles
from sparkpredict.compile.forest import Forest
from sparkpredict.compile.operations import TEXT
from sparkpredict.compile.plan import BITS, RELATIVE, Output

_KNOWN = ("CatBoost", "CatBoostClassifier", "CatBoostRanker", "CatBoostRegressor")
_BINARY = frozenset(("Logloss", "CrossEntropy"))
_SOFTMAX, _EACH = "MultiClass", "MultiClassOneVsAll"


def outputs(draft: Draft, model: Any, table: Table) -> dict[str, Output]:
    """What a model answers of a table of numbers.

    Raises:
        CannotCompile: its features, its trees or its loss are not handled.
    """
    kind = type(model)
    if not kind.__module__.startswith("catboost.") or kind.__name__ not in _KNOWN:
        raise draft.cannot(f"the class {kind.__name__} of {kind.__module__} is not handled")
    _check_features(draft, model)
    told = _written(model)
    sums = _sums(draft, told, table)
    several = len(sums) > 1
    raw = {"raw_score": Output(sums, array=several)}
    if kind.__name__ == "CatBoostClassifier":
        return {**_of_classes(draft, model, told, sums), **raw}
    of_numbers = kind.__name__ == "CatBoostRegressor"
    asked = model._get_default_prediction_type() if of_numbers else "RawFormulaVal"  # noqa: SLF001
    if asked == "Exponent":
        made = draft.add("link", sums, len(sums), function="exp")
        return {"predict": Output(made, array=several, tolerance=RELATIVE), **raw}
    if asked != "RawFormulaVal":
        raise draft.cannot(f"its predict answers with {asked}")
    return {"predict": Output(sums, array=several), **raw}


def _check_features(draft: Draft, model: Any) -> None:
    for told, indices in (
        ("texts", model.get_text_feature_indices()),
        ("embeddings", model.get_embedding_feature_indices()),
    ):
        if indices:
            raise draft.cannot(f"it has features that are {told}")


def _written(model: Any) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        model.save_model(str(path), format="json")
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return told


def _sums(draft: Draft, told: dict[str, Any], table: Table) -> tuple[int, ...]:
    scale, bias = told["scale_and_bias"]
    out = len(bias)
    given, tests = _given(draft, told["features_info"], table)
    forest = Forest()
    for tree in told.get("oblivious_trees", ()):
        forest.add(oblivious(draft, tree, tests, out))
    for tree in told.get("trees", ()):
        forest.add(with_shape(draft, tree, tests, out))
    target = np.zeros(len(forest), dtype=np.int32) if out == 1 else None
    plain = scale == 1
    base = doubles(bias) if plain else np.zeros(out)
    kept = {"sum": "f8", "base": base, "base_at": "last", "target": target}
    sums = draft.add("forest", given, out, **forest.fields(), **kept)
    if plain:
        return sums
    return draft.add("affine", sums, out, scale=np.full(out, float(scale)), offset=doubles(bias))


def _given(draft: Draft, told: dict[str, Any], table: Table) -> tuple[tuple[int, ...], Tests]:
    """What trees test: numbers in float32, and whether a text has a category's hash."""
    of_numbers = told.get("float_features", ())
    numbers = {
        feature["feature_index"]: (at, feature["nan_value_treatment"] != "AsTrue")
        for at, feature in enumerate(of_numbers)
    }
    hashes = {}
    read = table.taken(feature["flat_feature_index"] for feature in of_numbers).columns
    columns = draft.add("cast32", read, len(read))
    for feature in told.get("categorical_features", ()):
        column = table.columns[feature["flat_feature_index"]]
        if draft.kind(column) != TEXT:
            raise draft.cannot("it has categories that are no texts")
        nothing = draft.add("missing_text", (column,), 1, missing=None)
        message = "a category is missing"
        draft.add("refuse_outside", nothing, 0, inside=doubles([0.0, 0.0]), message=message)
        known = feature.get("values", ())
        for at, value in enumerate(known):
            hashes[feature["feature_index"], value] = len(columns) + at
        if known:
            places = np.arange(len(known), dtype=np.int32)
            given = {"hashes": np.asarray(known, np.int32), "places": places, "unknown": -1}
            columns += draft.add("onehot", (column,), len(known), **given)
    return columns, Tests(numbers, hashes)


def _of_classes(
    draft: Draft, model: Any, told: dict[str, Any], sums: tuple[int, ...]
) -> dict[str, Output]:
    """A label is that of the greatest sum, or by the sign of one; probabilities follow the loss."""
    params = told["model_info"].get("params", {})
    loss = params.get("loss_function", {}).get("type")
    if loss in _BINARY and len(sums) == 1:
        if model.get_probability_threshold() != 0.5:
            raise draft.cannot("its probability threshold is not a half")
        label = answers.above(draft, sums[0], 0.0)
        one = draft.add("link", sums, 1, function="sigmoid")
        made = draft.add("link", one, 2, function="binary")
    elif loss in {_SOFTMAX, _EACH}:
        label = answers.greatest(draft, sums)
        function = "softmax" if loss == _SOFTMAX else "sigmoid"
        made = draft.add("link", sums, len(sums), function=function)
    else:
        raise draft.cannot(f"a classifier with loss_function={loss} is not handled")
    return {
        "predict": answers.labelled(draft, label, model.classes_, BITS),
        "predict_proba": Output(made, array=True, tolerance=RELATIVE),
    }
