# SPDX-License-Identifier: Apache-2.0
"""How far from the Python model's answer an engine's may be, where their last bits are free.

Sums of products in another order differ by the roundings of their terms, which is much where they
cancel; exp and ln differ by an ulp, and so does a probability, which is much for the rest of 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sparkpredict.compile.plan import BITS, FLOAT32

if TYPE_CHECKING:
    from sparkpredict.compile.plan import ModelPlan, Output

_RELATIVE = {FLOAT32: 2.0**-22}
_ROUNDING = 2.0**-53
# A few ulp of 1, in which a probability is taken from 1.
_OF_ONE = {FLOAT32: 2.0**-22}


def within(plan: ModelPlan, name: str, answers: Any, magnitudes: Any) -> Any:
    """For each answer how far from it is agreement; None where nothing but the bits is.

    Args:
        plan: the plan.
        name: of the output.
        answers: (rows, columns).
        magnitudes: for each row the sum of the absolute terms of a linear model; None without one.

    Returns:
        As the answers; infinite where a sum overflows on the way, and may be anything.
    """
    output = plan.outputs[name]
    if output.tolerance == BITS:
        return None
    error = _error(plan, output, magnitudes)
    rest = _of_one(plan, output)
    with np.errstate(all="ignore"):
        size = np.abs(answers)
        near = _RELATIVE.get(output.tolerance, 1e-12) * np.where(np.isfinite(size), size, 0.0)
        if name == "predict_log_proba":
            near = near + 2 * error + rest / np.exp(answers)
        elif name == "predict_proba":
            near = near + 2 * error * size + rest
        else:
            near = near + error
    return np.where(np.isnan(near), np.inf, near)


def close(probabilities: Any, distances: Any) -> Any:
    """For each row whether its two best classes are so near that either is right."""
    if probabilities.shape[1] < 2:
        return np.zeros(len(probabilities), dtype=bool)
    best = np.sort(probabilities, axis=1)[:, -2:]
    with np.errstate(all="ignore"):
        return ~(best[:, 1] - best[:, 0] > 2 * distances.max(axis=1))


def _error(plan: ModelPlan, output: Output, magnitudes: Any) -> Any:
    """By how much a sum may differ in another order, for each row."""
    linear = [step for step in plan.steps if step.op == "linear"]
    if linear and magnitudes is not None:
        terms = max(len(step.inputs) for step in linear) + 2
        error = 2 * terms * _ROUNDING * magnitudes[:, np.newaxis]
        return np.where(np.isfinite(error), error, np.inf)
    if output.tolerance == FLOAT32:
        return 0.0
    return max((_of_means(step.fields) for step in plan.forests), default=0.0)


def _of_means(fields: dict[str, Any]) -> float:
    """A mean over trees, which several jobs add up in any order; boosted sums have one order."""
    if "target" in fields:
        return 0.0
    trees = len(fields["tree_nodes"]) - 1
    return 2.0 * trees * _ROUNDING * float(np.abs(fields["leaf"]).max(initial=0.0))


def _of_one(plan: ModelPlan, output: Output) -> Any:
    """The distance for what is 1 minus a probability, and 0 for other columns."""
    firsts: set[int] = set()
    at = len(plan.inputs)
    for step in plan.steps:
        if step.op == "link" and step.fields["function"].startswith("binary"):
            firsts.add(at)
        if step.op == "link" and step.fields["function"] == "log" and step.inputs[0] in firsts:
            firsts.add(at)
        at += step.out
    distance = _OF_ONE.get(output.tolerance, 2.0**-50)
    return np.asarray([distance if column in firsts else 0.0 for column in output.columns])
