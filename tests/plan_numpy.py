# SPDX-License-Identifier: Apache-2.0
"""Scores by a plan with numpy, node by node: docs/model-plan.md read once more, slow and plain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

import plan_shapes
from plan_forest import forest
from plan_links import LINKS
from sparkpredict.compile import city_hash


@dataclass
class Scored:
    """What a plan answers.

    Attributes:
        answers: by output, one array of (rows,) or (rows, columns); labels are looked up.
        flaws: for each row why it is bad, or None.
    """

    answers: dict[str, Any]
    flaws: list[str | None]

    @property
    def bad(self) -> Any:
        return np.asarray([flaw is not None for flaw in self.flaws])


def score(plan: Any, columns: list[Any]) -> Scored:
    """Scores rows.

    Args:
        plan: a ModelPlan.
        columns: for each input an array of float64, or of objects: texts and None.
    """
    assert len(columns) == len(plan.inputs)
    rows = len(columns[0])
    state = [
        np.asarray(c, dtype=np.float64 if i.kind == "number" else object)
        for c, i in zip(columns, plan.inputs)
    ]
    flaws: list[str | None] = [None] * rows
    with np.errstate(all="ignore"):
        for step in plan.steps:
            given = [state[at] for at in step.inputs]
            made = OPERATIONS[step.op](step.fields, given, step.out, rows, flaws)
            assert len(made) == step.out, step.op
            state += made
    answers = {name: _answer(output, state) for name, output in plan.outputs.items()}
    return Scored(answers, flaws)


def _answer(output: Any, state: list[Any]) -> Any:
    columns = [state[at] for at in output.columns]
    if output.array:
        return np.column_stack(columns)
    if output.label_kind is None:
        return columns[0]
    kinds = {"whole": np.int64, "number": np.float64, "text": object, "boolean": bool}
    return np.asarray(output.labels, dtype=kinds[output.label_kind])[columns[0].astype(int)]


def _note(flaws: list[str | None], rows: Any, message: str) -> None:
    for at in np.flatnonzero(rows):
        flaws[at] = flaws[at] or message


def _cast32(fields, given, out, rows, flaws):
    return [x.astype(np.float32).astype(np.float64) for x in given]


def _refuse(fields, given, out, rows, flaws):
    for x in given:
        wrong = (np.isnan(x) & fields["nan"]) | (np.isinf(x) & fields["infinite"])
        _note(flaws, wrong, fields["message"])
    return []


def _refuse_outside(fields, given, out, rows, flaws):
    low, high = fields["inside"]
    for x in given:
        _note(flaws, (x < low) | (x > high), fields["message"])
    return []


def _is_missing(x: Any, missing: float) -> Any:
    return np.isnan(x) if np.isnan(missing) else x == missing


def _impute(fields, given, out, rows, flaws):
    missing = fields["missing"][0]
    return [np.where(_is_missing(x, missing), v, x) for x, v in zip(given, fields["values"])]


def _missing(fields, given, out, rows, flaws):
    return [_is_missing(x, fields["missing"][0]).astype(float) for x in given]


def _impute_text(fields, given, out, rows, flaws):
    return [
        np.asarray([v if t == fields["missing"] else t for t in x], dtype=object)
        for x, v in zip(given, fields["values"])
    ]


def _missing_text(fields, given, out, rows, flaws):
    return [np.asarray([float(t == fields["missing"]) for t in x]) for x in given]


def _scale(fields, given, out, rows, flaws):
    centers = fields.get("center", np.zeros(0))
    scales = fields.get("scale", np.zeros(0))
    made = [x - centers[at] if len(centers) else x for at, x in enumerate(given)]
    return [x / scales[at] if len(scales) else x for at, x in enumerate(made)]


def _affine(fields, given, out, rows, flaws):
    made = [x * s + o for x, s, o in zip(given, fields["scale"], fields["offset"])]
    if "clip" in fields:
        low, high = fields["clip"]
        made = [np.where(x < low, low, np.where(x > high, high, x)) for x in made]
    return made


def _place(fields: dict[str, Any], value: Any) -> int | None:
    """The place of the category that a value is."""
    if "texts" in fields:
        return fields["texts"].index(value) if value in fields["texts"] else None
    if "hashes" in fields:
        hashes = fields["hashes"].tolist()
        found = None if value is None else city_hash.category(value)
        return hashes.index(found) if found in hashes else None
    for at, category in enumerate(fields["numbers"]):
        if category == value or (np.isnan(category) and np.isnan(value)):
            return at
    return None


def _onehot(fields, given, out, rows, flaws):
    made = np.zeros((out, rows))
    for row, value in enumerate(given[0]):
        found = _place(fields, value)
        if found is None and "unknown" not in fields:
            _note(flaws, np.arange(rows) == row, "unknown category")
            continue
        place = fields["unknown"] if found is None else fields["places"][found]
        if place >= 0:
            made[place, row] = 1.0
    return list(made)


def _codes(fields, given, out, rows, flaws):
    made = np.full(rows, np.nan)
    for row, value in enumerate(given[0]):
        found = _place(fields, value)
        if found is not None:
            made[row] = fields["values"][found]
        elif "unknown" in fields:
            made[row] = fields["unknown"][0]
        else:
            _note(flaws, np.arange(rows) == row, "unknown category")
    return [made]


def _linear(fields, given, out, rows, flaws):
    weights = fields["coefficients"].reshape(out, len(given))
    made = []
    for at in range(out):
        total = np.zeros(rows)
        for x, weight in zip(given, weights[at]):
            total = total + x * weight
        made.append(total + fields["intercept"][at])
    return made


def _linear32(fields, given, out, rows, flaws):
    weights = fields["coefficients"].reshape(out, len(given))
    made = []
    for at in range(out):
        total = np.full(rows, fields["intercept"][at], dtype=np.float32)
        for x, weight in zip(given, weights[at]):
            term = x.astype(np.float32) * np.float32(weight)
            total = np.where(np.isnan(x), total, total + term)
        made.append(total.astype(np.float64))
    return made


def _link(fields, given, out, rows, flaws):
    return LINKS[fields["function"]](np.asarray(given), fields)


def _argmax(fields, given, out, rows, flaws):
    return [np.argmax(np.asarray(given), axis=0).astype(float)]


def _threshold(fields, given, out, rows, flaws):
    return [(given[0] > fields["above"][0]).astype(float)]


OPERATIONS = {
    "cast32": _cast32,
    "refuse": _refuse,
    "refuse_outside": _refuse_outside,
    "impute": _impute,
    "missing": _missing,
    "impute_text": _impute_text,
    "missing_text": _missing_text,
    "scale": _scale,
    "affine": _affine,
    "onehot": _onehot,
    "codes": _codes,
    "linear": _linear,
    "linear32": _linear32,
    "spline": plan_shapes.spline,
    "forest": forest,
    "link": _link,
    "argmax": _argmax,
    "product": plan_shapes.product,
    "bins": plan_shapes.bins,
    "interpolate": plan_shapes.interpolate,
    "yeo_johnson": plan_shapes.yeo_johnson,
    "weighted_median": plan_shapes.weighted_median,
    "threshold": _threshold,
}
