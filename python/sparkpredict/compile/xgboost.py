# SPDX-License-Identifier: Apache-2.0
"""Plans of XGBoost's boosters and their wrappers, from the JSON that a booster writes of itself.

Source: https://xgboost.readthedocs.io/en/stable/tutorials/saving_model.html, and
https://github.com/dmlc/xgboost, ``src/predictor/cpu_predictor.cc``.
"""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np

from sparkpredict.compile import answers
from sparkpredict.compile.draft import Draft, Table, doubles
from sparkpredict.compile.forest import LEAF, MISSING_LEFT, Forest, Tree
from sparkpredict.compile.plan import BITS, FLOAT32, Output
from sparkpredict.compile.xgboost_base import base_margin
from sparkpredict.compile.xgboost_linear import linear

_KNOWN = (
    *("Booster", "XGBClassifier", "XGBRanker", "XGBRegressor"),
    *("XGBRFClassifier", "XGBRFRegressor"),
)
_IDENTITY = frozenset(
    (
        "reg:squarederror",
        "reg:squaredlogerror",
        "reg:pseudohubererror",
        "reg:absoluteerror",
        "reg:quantileerror",
        "binary:logitraw",
        *("rank:map", "rank:ndcg", "rank:pairwise"),
    )
)
_SIGMOID = frozenset(("binary:logistic", "reg:logistic"))
_EXP = frozenset(("count:poisson", "reg:gamma", "reg:tweedie", "survival:cox"))
_SOFTMAX, _HINGE = "multi:softprob", "binary:hinge"
_KNOWN_OBJECTIVES = _IDENTITY | _SIGMOID | _EXP | {_SOFTMAX, _HINGE}
_BITS_OF_A_WORD = 32


def outputs(draft: Draft, model: Any, table: Table) -> dict[str, Output]:
    """What a booster, or a wrapper in scikit-learn's way, answers of a table of numbers.

    Raises:
        CannotCompile: its booster or its objective are not handled.
    """
    if table.sparse:
        raise draft.cannot("it is given a sparse matrix, in which it takes 0 for missing")
    booster = _booster(draft, model)
    learner = json.loads(bytes(booster.save_raw("json")))["learner"]
    objective = learner["objective"]["name"]
    if objective not in _KNOWN_OBJECTIVES:
        raise draft.cannot(f"objective={objective} is not handled")
    is_wrapper = type(model).__name__ != "Booster"
    is_linear = learner["gradient_booster"]["name"] == "gblinear"
    given = _given(draft, model, table, refuses=is_linear or not is_wrapper)
    if is_linear:
        sums = linear(draft, booster, learner, given)
    else:
        sums = _sums(draft, booster, learner, given, _limit(model), is_wrapper=is_wrapper)
    several = len(sums) > 1
    raw = {"raw_score": Output(sums, array=several)}
    made, tolerance = _linked(draft, objective, sums)
    if type(model).__name__ not in {"XGBClassifier", "XGBRFClassifier"}:
        return {"predict": Output(made, array=several, tolerance=tolerance), **raw}
    return {**_of_classes(draft, model, objective, made), **raw}


def _of_classes(
    draft: Draft, model: Any, objective: str, made: tuple[int, ...]
) -> dict[str, Output]:
    """By XGBClassifier.predict: a half or less is the first of two classes."""
    if objective in _SIGMOID or objective == _HINGE:
        label = answers.above(draft, made[0], 0.5)
        probabilities = draft.add("link", made, 2, function="binary32")
    elif objective == _SOFTMAX:
        label, probabilities = answers.greatest(draft, made), made
    else:
        raise draft.cannot(f"a classifier with objective {objective}")
    return {
        "predict": answers.labelled(draft, label, np.asarray(model.classes_), FLOAT32),
        "predict_proba": Output(probabilities, array=True, tolerance=FLOAT32),
    }


def _booster(draft: Draft, model: Any) -> Any:
    kind = type(model)
    if not kind.__module__.startswith("xgboost.") or kind.__name__ not in _KNOWN:
        raise draft.cannot(f"the class {kind.__name__} of {kind.__module__} is not handled")
    if kind.__name__ == "Booster":
        return model
    if callable(model.objective):
        raise draft.cannot("its objective is a function")
    return model.get_booster()


def _limit(model: Any) -> int | None:
    """How many rounds predict uses; None for all. Wrappers stop at the best."""
    if type(model).__name__ == "Booster":
        return None
    try:
        return int(model.best_iteration) + 1
    except AttributeError:  # trained without early stopping
        return None


def _given(draft: Draft, model: Any, table: Table, *, refuses: bool) -> Table:
    """The features in float32; the value that counts as missing as NaN.

    A DMatrix takes no infinity; wrappers make one for linear models alone.
    """
    n = len(table.columns)
    columns = draft.add("cast32", table.columns, n)
    if refuses:
        draft.refuse(Table(columns), nan=False, dtype="float32")
    missing = getattr(model, "missing", math.nan)
    if missing is not None and not math.isnan(missing):
        value, nothing = doubles([np.float32(missing)]), np.full(n, math.nan)
        columns = draft.add("impute", columns, n, missing=value, values=nothing)
    return Table(columns)


def _sums(
    draft: Draft,
    booster: Any,
    learner: dict[str, Any],
    given: Table,
    rounds: int | None,
    *,
    is_wrapper: bool,
) -> tuple[int, ...]:
    told, weights = learner["gradient_booster"], None
    if told["name"] == "dart":
        told, weights = told["gbtree"], told["weight_drop"]
    elif told["name"] != "gbtree":
        raise draft.cannot(f"booster={told['name']} is not handled")
    trees, targets = told["model"]["trees"], told["model"]["tree_info"]
    if any(int(tree["tree_param"].get("size_leaf_vector", "1")) > 1 for tree in trees):
        raise draft.cannot("multi_strategy=multi_output_tree is not handled")
    if rounds is not None:
        kept = told["model"]["iteration_indptr"][rounds]
        trees, targets = trees[:kept], targets[:kept]
    score = learner["learner_model_param"]["base_score"]
    if weights is None:
        base = _base(draft, booster, score, trees, targets)
    else:
        weighted = [_weighted(tree, weight, 0.0) for tree, weight in zip(trees, weights)]
        base = _base(draft, booster, score, weighted, targets)
        starts = base[targets] if is_wrapper else np.zeros(len(trees))
        trees = [_weighted(*one) for one in zip(trees, weights, starts)]
    forest = Forest()
    for tree in trees:
        forest.add(_tree(draft, tree))
    outputs = _outputs(learner)
    return draft.add(
        "forest",
        given.columns,
        outputs,
        **forest.fields("f4"),
        target=np.asarray(targets, dtype=np.int32),
        sum="f4",
        base=base,
        base_at="first",
    )


def _weighted(told: dict[str, Any], weight: float, start: float) -> dict[str, Any]:
    """A tree of booster=dart, whose leaves are multiplied in float32 as they are added.

    A wrapper predicts in place: from each tree's answer it takes off what that starts from.
    """
    values, first = np.asarray(told["split_conditions"], dtype=np.float32), np.float32(start)
    is_leaf = np.asarray(told["left_children"]) == LEAF
    added = ((values + first) - first) * np.float32(weight)
    return {**told, "split_conditions": np.where(is_leaf, added, values)}


def _outputs(learner: dict[str, Any]) -> int:
    told = learner["learner_model_param"]
    return max(1, int(told.get("num_class", "0")), int(told.get("num_target", "1")))


def _base(draft: Draft, booster: Any, told: str, trees: list[Any], targets: list[int]) -> Any:
    found = base_margin(booster, told, trees, targets)
    if found is None:
        raise draft.cannot(f"its base score {told} is not understood")
    return doubles(found)


def _tree(draft: Draft, told: dict[str, Any]) -> Tree:
    left, right = np.asarray(told["left_children"]), np.asarray(told["right_children"])
    value = np.asarray(told["split_conditions"], dtype=np.float32)
    is_leaf = left == LEAF
    if not np.isfinite(value[~is_leaf]).all():
        raise draft.cannot("a threshold is not finite")
    default_left = np.asarray(told["default_left"]).astype(bool)
    sets = _sets(told)
    swapped = np.isin(np.arange(len(left)), list(sets))  # its members go right
    return Tree(
        left=np.where(swapped, right, left),
        right=np.where(swapped, left, right),
        feature=np.asarray(told["split_indices"]),
        threshold=np.nextafter(value, np.float32(-math.inf)).astype(np.float64),
        flags=((default_left != swapped) & ~is_leaf) * np.uint8(MISSING_LEFT),
        value=value,
        sets=sets,
    )


def _sets(told: dict[str, Any]) -> dict[int, Any]:
    """The categories of each node that tests them, as bits."""
    nodes = told.get("categories_nodes", [])
    starts, sizes = told.get("categories_segments", []), told.get("categories_sizes", [])
    members = np.asarray(told.get("categories", []), dtype=np.int64)
    return {
        node: _bits(members[start : start + size])
        for node, start, size in zip(nodes, starts, sizes)
    }


def _bits(members: Any) -> Any:
    words = np.zeros(int(members.max(initial=0)) // _BITS_OF_A_WORD + 1, dtype=np.uint32)
    for member in members:
        words[member // _BITS_OF_A_WORD] |= np.uint32(1 << (int(member) % _BITS_OF_A_WORD))
    return words


def _linked(draft: Draft, objective: str, sums: tuple[int, ...]) -> tuple[tuple[int, ...], str]:
    """What ``predict`` makes of the sums, and how exactly."""
    n = len(sums)
    if objective in _IDENTITY:
        return sums, BITS
    if objective in _SIGMOID:
        return draft.add("link", sums, n, function="sigmoid32"), FLOAT32
    if objective == _HINGE:
        return (answers.above(draft, sums[0], 0.0),), BITS
    if objective in _EXP:
        return draft.add("link", sums, n, function="exp32"), FLOAT32
    return draft.add("link", sums, n, function="softmax32"), FLOAT32
