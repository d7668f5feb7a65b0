# SPDX-License-Identifier: Apache-2.0
"""Compares a plan with the model that it was made of, through the path that a worker takes."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

import plan_numpy
from sparkpredict import inspect, package
from sparkpredict.compile import plan_of
from sparkpredict.compile.plan import BITS, FLOAT32, RELATIVE, ModelPlan, read
from sparkpredict.compile.unsupported import Unsupported
from sparkpredict.descriptor import Descriptor
from sparkpredict.worker import models
from sparkpredict.worker.inputs import arranged

_TYPES = {"f8": "double", "f4": "float", "i8": "long", "i4": "integer", "b1": "boolean"}
_ATTRIBUTES = {
    "sklearn": "sklearn_model",
    "xgboost": "xgb_model",
    "lightgbm": "lgb_model",
    "catboost": "cb_model",
}
MOST_ALONE = 60
# What is lost where terms of a few hundred cancel, or a probability is taken from 1.
CANCELLED = {
    "predict": 1e-12,
    "decision_function": 1e-12,
    "predict_log_proba": 1e-12,
    "predict_proba": 1e-15,
}
SPECIAL = (
    *(np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0, -1.0, 0.5),
    *(5e-324, -5e-324, 1e-45, -1e-45, 1e-40, 1e-35, -1e-35, float(np.float32(1e-35)), 1.1e-35),
    *(3.5e38, -3.5e38, 3.4028235677973366e38, 1e308, -1e308),
)


@dataclass(frozen=True)
class Compiled:
    """A model and what was compiled of it.

    Attributes:
        model: as MLflow's Python function holds it.
        descriptor: how its inputs are matched.
        plan: read back from its bytes, or why there is none.
    """

    model: Any
    descriptor: Descriptor
    plan: Any


def compiled(library: Any, data: Any, flavor: str = "sklearn") -> Compiled:
    """Compiles a fitted model with the signature of a frame, or for a matrix without one."""
    model = SimpleNamespace(_model_impl=SimpleNamespace(**{_ATTRIBUTES[flavor]: library}))
    loader = {"python_function": {"loader_module": f"mlflow.{flavor}"}, flavor: {}}
    inputs = None
    if isinstance(data, pd.DataFrame):
        inputs = [{"name": str(n), "type": _type(data[n])} for n in data.columns]
    folder = package.Package(Path(), loader, inputs, None, None, 0)
    descriptor = inspect.describe(folder, "0" * 64, model)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = plan_of(model, descriptor)
    if isinstance(made, ModelPlan):
        made = read(made.to_bytes())
    return Compiled(model, descriptor, made)


def _type(column: Any) -> str:
    dtype = column.cat.categories.dtype if hasattr(column, "cat") else column.dtype
    kind = f"{dtype.kind}{dtype.itemsize}" if isinstance(dtype, np.dtype) else "O"
    return _TYPES.get(kind, "string")


def reason(library: Any, data: Any, flavor: str = "sklearn") -> str:
    """Why a model has no plan."""
    made = compiled(library, data, flavor).plan
    assert isinstance(made, Unsupported), "it was compiled"
    return str(made)


def assert_same(made: Compiled, rows: Any) -> None:
    """Each output of the plan is the model's, and the same rows are bad."""
    assert isinstance(made.plan, ModelPlan), made.plan
    frame = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(rows)
    scored = plan_numpy.score(made.plan, _columns(made.plan, frame))
    assert made.plan.outputs
    good = frame[~scored.bad]
    _check_bad(made, frame, scored)
    for name, output in made.plan.outputs.items():
        _compare(name, output, scored.answers[name][~scored.bad], _ask(made, good, name), good)


def _check_bad(made: Compiled, frame: pd.DataFrame, scored: Any) -> None:
    """The model takes the good rows together, and none of the bad ones alone."""
    output = next(iter(made.plan.outputs))
    good, bad = frame[~scored.bad], frame[scored.bad]
    if len(good) and not _takes(made, good, output):
        alone = [_takes(made, good.iloc[at : at + 1], output) for at in range(len(good))]
        raise AssertionError(f"the model does not take {good.iloc[alone.index(False)].to_dict()}")
    for at in range(min(len(bad), MOST_ALONE)):
        row = bad.iloc[at : at + 1]
        flaw = scored.flaws[int(np.flatnonzero(scored.bad)[at])]
        assert not _takes(made, row, output), f"{flaw}: {row.iloc[0].to_dict()}"


def _columns(plan: ModelPlan, frame: pd.DataFrame) -> list[Any]:
    columns = []
    for at, given in enumerate(plan.inputs):
        column = frame.iloc[:, at]
        if given.kind == "number":
            columns.append(column.to_numpy(dtype=np.float64, na_value=np.nan))
        elif given.kind == "text":
            missing = column.isna()
            columns.append(np.where(missing, None, column.to_numpy(dtype=object)))
        else:
            columns.append(np.zeros(len(column)))
    return columns


def _ask(made: Compiled, frame: pd.DataFrame, output: str) -> Any:
    choice = {**made.descriptor.scoring(), "alias": "", "output": output}
    ready = models.ready(made.model, choice)
    columns = tuple(from_spark(frame.iloc[:, at]) for at in range(frame.shape[1]))
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return np.asarray(ready.predict(arranged(choice, columns, by_matrix=ready.by_matrix)))


def _takes(made: Compiled, frame: pd.DataFrame, output: str) -> bool:
    try:
        _ask(made, frame, output)
    except Exception:  # noqa: BLE001 (the answer is that it does not)
        return False
    return True


def from_spark(column: Any) -> Any:
    """A column as a worker gets it: texts are what pandas makes of Arrow's."""
    if column.dtype != object:
        return column.reset_index(drop=True)
    return pa.array(column, type=pa.string(), from_pandas=True).to_pandas()


def _compare(name: str, output: Any, found: Any, expected: Any, frame: pd.DataFrame) -> None:
    expected = np.asarray(expected)
    assert (expected.ndim > 1) == output.array, f"{name}: {expected.shape}"
    if output.label_kind is not None:
        wrong = found != expected
        assert not wrong.any(), _first(name, wrong, frame, found, expected)
        return
    found, expected = found.astype(np.float64), expected.astype(np.float64)
    assert found.shape == expected.shape, name
    cancels = CANCELLED.get(name, 0.0) if output.tolerance == RELATIVE else 0.0
    wrong = ~_close(output.tolerance, cancels, found, expected)
    assert not wrong.any(), _first(name, wrong, frame, found, expected)


def _close(tolerance: str, cancels: float, found: Any, expected: Any) -> Any:
    both_nan = np.isnan(found) & np.isnan(expected)
    if tolerance == BITS:
        return both_nan | (found.view(np.int64) == expected.view(np.int64))
    relative = 2.0**-22 if tolerance == FLOAT32 else 1e-12
    with np.errstate(all="ignore"):
        distance = np.abs(found - expected)
        near = distance <= relative * np.maximum(np.abs(found), np.abs(expected)) + cancels
    return both_nan | (found == expected) | near


def _first(name: str, wrong: Any, frame: Any, found: Any = None, expected: Any = None) -> str:
    at = int(np.flatnonzero(wrong.reshape(len(frame), -1).any(axis=1))[0])
    told = f"{name}: {int(wrong.sum())} differ; row {frame.iloc[at].to_dict()}"
    return told if found is None else f"{told}: {found[at]!r}, not {expected[at]!r}"


def edges(made: Compiled, frame: pd.DataFrame, most: int = 200) -> pd.DataFrame:
    """Rows on, just above and just below thresholds, and rows of special numbers.

    Args:
        made: a plan whose forests read inputs, perhaps narrowed.
        frame: rows of the training, of numbers; the rest of each row is drawn from it.
        most: how many thresholds are tried.
    """
    random = np.random.default_rng(3)
    numbers = frame.to_numpy(dtype=np.float64)
    rows: list[Any] = []
    for step in made.plan.forests:
        nodes = random.permutation(len(step.fields["feature"]))[:most]
        for node in nodes:
            at = _input(made.plan, step.inputs[step.fields["feature"][node]])
            for value in neighbours(step.fields["threshold"][node]):
                row = numbers[random.integers(len(numbers))].copy()
                row[at] = value
                rows.append(row)
    for value in SPECIAL:
        rows.append(np.full(numbers.shape[1], value))
        for at in range(numbers.shape[1]):
            row = numbers[random.integers(len(numbers))].copy()
            row[at] = value
            rows.append(row)
    return pd.DataFrame(np.asarray(rows), columns=frame.columns)


def neighbours(threshold: float) -> list[float]:
    """A threshold and the numbers beside it, as doubles and as float32."""
    with np.errstate(over="ignore"):
        single = np.float32(threshold)
        return [
            threshold,
            float(np.nextafter(threshold, np.inf)),
            float(np.nextafter(threshold, -np.inf)),
            float(single),
            float(np.nextafter(single, np.float32(np.inf))),
            float(np.nextafter(single, np.float32(-np.inf))),
        ]


def _input(plan: ModelPlan, column: int) -> int:
    """The input that a column is made of, one to one."""
    at = len(plan.inputs)
    for step in plan.steps:
        if at <= column < at + step.out and step.op in {"cast32", "impute"}:
            return _input(plan, step.inputs[column - at])
        at += step.out
    assert column < len(plan.inputs)
    return column
