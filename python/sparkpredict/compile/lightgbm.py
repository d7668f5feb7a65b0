# SPDX-License-Identifier: Apache-2.0
"""Plans of LightGBM's boosters and their wrappers, from the text that a booster writes of itself.

Source: https://github.com/microsoft/LightGBM, ``include/LightGBM/tree.h`` (decisions) and
``src/objective`` (what becomes of the sum).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sparkpredict.compile import answers
from sparkpredict.compile.draft import Draft, Table, doubles
from sparkpredict.compile.forest import LEAF, MISSING_LEFT, ZERO_IS_MISSING, Forest, Tree
from sparkpredict.compile.plan import BITS, RELATIVE, Output
from sparkpredict.descriptor import MATRIX

if TYPE_CHECKING:
    from sparkpredict.descriptor import Descriptor

_CATEGORICAL, _DEFAULT_LEFT, _MISSING_TYPE = 1, 2, 2
_NEAR_ZERO = float(np.float32(1e-35))
_NO_MISSING, _ZERO, _NAN = 0, 1, 2
_IDENTITY = frozenset(
    ("regression", "regression_l1", "huber", "fair", "quantile", "mape", "lambdarank")
)
_EXP = frozenset(("poisson", "gamma", "tweedie"))
_EARLY = (
    "pred_early_stop",
    "start_iteration_predict",
    "num_iteration_predict",
    "predict_raw_score",
)


def outputs(draft: Draft, model: Any, table: Table) -> dict[str, Output]:
    """What a booster, or a wrapper in scikit-learn's way, answers of a table of numbers.

    Raises:
        CannotCompile: its trees or its objective are not handled.
    """
    _check_class(draft, model)
    booster = getattr(model, "booster_", model)
    header, trees = _sections(booster)
    sums = _sums(draft, header, trees, table)
    several = len(sums) > 1
    raw = {"raw_score": Output(sums, array=several)}
    if "average_output" in header:  # of a random forest; its raw score is the sum all the same
        rounds = doubles([len(trees) // len(sums)])
        sums = draft.add("link", sums, len(sums), function="divide", divisor=rounds)
    made, tolerance = _linked(draft, header.get("objective", ""), sums)
    if type(model).__name__ != "LGBMClassifier":
        return {"predict": Output(made, array=several, tolerance=tolerance), **raw}
    if tolerance == BITS:
        raise draft.cannot(f"a classifier with objective {header.get('objective')!r}")
    if len(made) == 1:
        made = draft.add("link", made, 2, function="binary")
    label = answers.greatest(draft, made)
    return {
        "predict": answers.labelled(draft, label, model.classes_, tolerance),
        "predict_proba": Output(made, array=True, tolerance=tolerance),
        **raw,
    }


def whole_differs(descriptor: Descriptor) -> bool:
    """Whether whole numbers come to LightGBM as a matrix of such, which it makes float32."""
    return descriptor.layout == MATRIX and not (descriptor.dtype or "").startswith("float")


def _check_class(draft: Draft, model: Any) -> None:
    kind = type(model)
    known = {"Booster", "LGBMClassifier", "LGBMRegressor", "LGBMRanker"}
    if not kind.__module__.startswith("lightgbm.") or kind.__name__ not in known:
        raise draft.cannot(f"the class {kind.__name__} of {kind.__module__} is not handled")
    parameters = {} if kind.__name__ == "Booster" else model.get_params()
    found = [name for name in _EARLY if parameters.get(name)]
    if found:
        raise draft.cannot(f"{found[0]}={parameters[found[0]]!r} is not handled")
    if callable(parameters.get("objective")):
        raise draft.cannot("its objective is a function")


def _sections(booster: Any) -> tuple[dict[str, str], list[dict[str, str]]]:
    """The header and the trees that predict uses, each as ``key=value`` lines."""
    best = booster.best_iteration
    text = booster.model_to_string(num_iteration=best if best and best > 0 else -1)
    head, *trees = text.partition("\nend of trees")[0].split("\nTree=")
    return _lines(head), [_lines(tree) for tree in trees]


def _lines(section: str) -> dict[str, str]:
    found = {}
    for line in section.splitlines():
        key, _, value = line.partition("=")
        found[key.strip()] = value
    return found


def _sums(
    draft: Draft, header: dict[str, str], trees: list[dict[str, str]], table: Table
) -> tuple[int, ...]:
    outputs = int(header["num_tree_per_iteration"])
    forest = Forest()
    for tree in trees:
        if tree.get("is_linear", "0") != "0":
            raise draft.cannot("linear_tree: its leaves hold linear models")
        forest.add(_tree(tree))
    return draft.add(
        "forest",
        table.columns,
        outputs,
        **forest.fields(),
        target=np.tile(np.arange(outputs, dtype=np.int32), len(trees) // outputs),
        sum="f8",
        base=np.zeros(outputs),
        base_at="first",
    )


def _tree(told: dict[str, str]) -> Tree:
    values = _floats(told["leaf_value"])
    inner = int(told["num_leaves"]) - 1
    if inner == 0:
        nothing = np.asarray([LEAF])
        return Tree(nothing, nothing, nothing, np.zeros(1), np.zeros(1), values[:1])
    decision = _whole(told["decision_type"])
    threshold = _floats(told["threshold"])
    categorical = (decision & _CATEGORICAL) != 0
    sets = _sets(told, threshold, categorical)
    flags = _flags(decision, threshold, categorical, sets)
    leaves = np.full(len(values), LEAF)
    return Tree(
        left=np.concatenate([_child(told["left_child"], inner), leaves]),
        right=np.concatenate([_child(told["right_child"], inner), leaves]),
        feature=np.concatenate([_whole(told["split_feature"]), leaves]),
        threshold=np.concatenate([_beside_zero(threshold), np.zeros(len(values))]),
        flags=np.concatenate([flags, np.zeros(len(values), dtype=np.uint8)]),
        value=np.concatenate([np.zeros(inner), values]),
        sets=sets,
    )


def _flags(decision: Any, threshold: Any, categorical: Any, sets: dict[int, Any]) -> Any:
    """Where a missing value goes, and what is one.

    Where nothing is missing to a node, NaN counts as 0, which goes where 0 goes. To a set with
    another kind of missing values NaN is category 0 too, unless NaN is what is missing: then it is
    in no set.
    """
    missing = (decision >> _MISSING_TYPE) & 3
    default_left = (decision & _DEFAULT_LEFT) != 0
    left = np.where(missing == _NO_MISSING, threshold >= 0.0, default_left)
    for at, words in sets.items():
        left[at] = missing[at] != _NAN and bool(words[0] & 1)
    zero = (missing == _ZERO) & ~categorical
    return (left * MISSING_LEFT + zero * ZERO_IS_MISSING).astype(np.uint8)


def _beside_zero(threshold: Any) -> Any:
    """The same split with what is near zero left as it is: to LightGBM it is zero.

    Where 0 goes, all of it goes.
    """
    near = np.abs(threshold) <= _NEAR_ZERO
    beside = np.where(threshold >= 0.0, _NEAR_ZERO, np.nextafter(-_NEAR_ZERO, -np.inf))
    return np.where(near, beside, threshold)


def _sets(told: dict[str, str], threshold: Any, categorical: Any) -> dict[int, Any]:
    if not categorical.any():
        return {}
    starts = _whole(told["cat_boundaries"])
    words = np.asarray(told["cat_threshold"].split(), dtype=np.uint32)
    numbers = threshold.astype(np.int64)
    return {
        int(at): words[starts[numbers[at]] : starts[numbers[at] + 1]]
        for at in np.flatnonzero(categorical)
    }


def _child(text: str, inner: int) -> Any:
    """Children by place among nodes and leaves; leaves come after the nodes."""
    child = _whole(text)
    return np.where(child >= 0, child, inner + ~child)


def _linked(draft: Draft, objective: str, sums: tuple[int, ...]) -> tuple[tuple[int, ...], str]:
    """What ``predict`` makes of the sums, and how exactly."""
    name, *options = objective.split() or [""]
    told = dict(option.partition(":")[::2] for option in options)
    if name in _IDENTITY:
        if "sqrt" in told:
            return draft.add("link", sums, len(sums), function="signed_square"), BITS
        return sums, BITS
    if name in _EXP:
        return draft.add("link", sums, len(sums), function="exp"), RELATIVE
    if name in {"binary", "cross_entropy", "multiclassova"}:
        scaled = _scaled(draft, sums, float(told.get("sigmoid", "1")))
        return draft.add("link", scaled, len(sums), function="sigmoid"), RELATIVE
    if name == "multiclass":
        return draft.add("link", sums, len(sums), function="softmax"), RELATIVE
    raise draft.cannot(f"objective={name or 'none'} is not handled")


def _scaled(draft: Draft, sums: tuple[int, ...], by: float) -> tuple[int, ...]:
    if by == 1.0:
        return sums
    n = len(sums)
    return draft.add("affine", sums, n, scale=np.full(n, by), offset=np.zeros(n))


def _floats(text: str) -> Any:
    return np.asarray(text.split(), dtype=np.float64)


def _whole(text: str) -> Any:
    return np.asarray(text.split(), dtype=np.int64)
