# SPDX-License-Identifier: Apache-2.0
"""Rows and the Python model's answers for them, by which an engine shows that it agrees.

The form: docs/model-plan.md.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sparkpredict.compile import container, tolerances
from sparkpredict.compile.asking import Asked
from sparkpredict.compile.bounds import bounds
from sparkpredict.compile.plan import BITS
from sparkpredict.compile.rows import Rows
from sparkpredict.compile.unsupported import Unsupported

if TYPE_CHECKING:
    from sparkpredict.compile.bound import Bound
    from sparkpredict.compile.plan import ModelPlan, Output
    from sparkpredict.descriptor import Descriptor

MOST_VALUES_IN_FULL = 64_000_000
_BAD_ROWS = 4
_MANY_INPUTS = 1000  # a frame of more takes long to make


@dataclass(frozen=True)
class Answer:
    """What the model says of the rows by one output.

    Attributes:
        values: float64 for all columns of all rows, row by row; or int32, the places of labels.
        within: for each value how far from it is agreement; None where nothing but the bits is.
        close: for labels the rows of which another is as right; likewise.
    """

    values: Any
    within: Any = None
    close: Any = None


@dataclass(frozen=True)
class Probes:
    """Rows and answers.

    Attributes:
        plan: digest of the plan that they belong to.
        inputs: for each input of the plan its values: an array of float64; places and texts; None
            for an input that no step reads.
        bad: which rows the model does not take.
        answers: by output.
        thresholds: how many distinct tests of numbers the trees have.
        tested: how many of these have rows beside them.
    """

    plan: str
    inputs: tuple[Any, ...]
    bad: Any
    answers: dict[str, Answer]
    thresholds: int
    tested: int

    def to_bytes(self) -> bytes:
        """The member of the artifact."""
        arrays: dict[str, Any] = {"bad": self.bad.astype(np.uint8)}
        head = {
            "version": container.VERSION,
            "plan": self.plan,
            "rows": len(self.bad),
            "inputs": [_input_head(at, given, arrays) for at, given in enumerate(self.inputs)],
            "bad": "bad",
            "outputs": {n: _answer_head(n, a, arrays) for n, a in self.answers.items()},
            "coverage": {"thresholds": self.thresholds, "tested": self.tested},
        }
        return container.write(container.PROBES, head, arrays)


def probes_of(
    plan: ModelPlan,
    digest: str,
    model: Any,
    descriptor: Descriptor,
    *,
    full: bool = False,
    seconds: float = 60.0,
) -> Probes | Unsupported:
    """Makes rows and asks the model; the same model gives the same rows.

    Args:
        plan: of the model.
        digest: of the plan.
        model: MLflow's Python function.
        descriptor: how its inputs are matched.
        full: whether every threshold is to be tested, whatever time that takes.
        seconds: after which it gives up.

    Returns:
        The probes, or why there are none.
    """
    until = time.monotonic() + seconds if not full else float("inf")
    making = Rows(plan, descriptor, full=full)
    if full and making.most_rows * len(plan.inputs) > MOST_VALUES_IN_FULL:
        reason = f"a full validation would take {making.most_rows} rows"
        return Unsupported(reason, "probes")
    asked = Asked(plan, model, descriptor, making.domains)
    by = next(iter(plan.outputs))
    rows, bad = [], []
    for batch, most in making.batches():
        found = asked.bad(by, batch, most)
        if found is None and most:
            return Unsupported("the model does not take rows at its own thresholds", "probes")
        if found is None:
            few = max(1, min(_BAD_ROWS, _MANY_INPUTS // len(plan.inputs)))
            batch = batch[:few]  # noqa: PLW2901 (a few of them tell the same)
            found = asked.bad(by, batch, len(batch))
        if time.monotonic() > until:
            return Unsupported(f"asking the model took more than {seconds:g} seconds", "probes")
        rows.append(batch)
        bad.append(found)
    every, wrong = np.concatenate(rows), np.concatenate(bad)
    if wrong.all():
        return Unsupported("no row is known that the model takes", "probes")
    answers = answered(plan, asked, making, every, wrong, until)
    if answers is None:
        return Unsupported(f"asking the model took more than {seconds:g} seconds", "probes")
    return Probes(digest, making.told(every), wrong, answers, making.thresholds, making.tested)


def answered(
    plan: ModelPlan,
    asked: Asked,
    making: Rows,
    rows: Any,
    bad: Any,
    until: float = float("inf"),
) -> dict[str, Answer] | None:
    """What a model says of rows by each output of its plan, and how near is agreement.

    Args:
        plan: of the model.
        asked: the model.
        making: tells the rows by input.
        rows: one for each, as ``Rows`` makes them.
        bad: which of them it does not take.
        until: the time after which it gives up, and there is no answer.
    """
    answers = {}
    known = bounds(plan, making.told(rows[~bad]))
    for name, output in plan.outputs.items():
        answers[name] = _answer(output, asked.answer(name, rows[~bad]), bad, known)
        if time.monotonic() > until:
            return None
    return {n: _with_close(plan.outputs[n], a, answers) for n, a in answers.items()}


def _answer(output: Output, answer: Any, bad: Any, known: list[Bound]) -> Answer:
    """The answers of good rows among all rows; labels as their places."""
    if output.label_kind is not None:
        places = {label: at for at, label in enumerate(output.labels)}
        found = np.full(len(bad), -1, dtype=np.int32)
        found[~bad] = [places.get(label, -1) for label in answer.tolist()]
        near = tolerances.within(output, np.zeros((len(answer), 1)), known)
        if near is None:
            return Answer(found)
        anything = _among_all(np.broadcast_to(near, (len(answer), 1)), bad).reshape(-1)
        return Answer(found, close=np.isposinf(anything))
    numbers = np.asarray(answer, dtype=np.float64).reshape(-1, len(output.columns))
    near = tolerances.within(output, numbers, known)
    return Answer(
        _among_all(numbers, bad).reshape(-1),
        None if near is None else _among_all(np.broadcast_to(near, numbers.shape), bad).reshape(-1),
    )


def _among_all(values: Any, bad: Any) -> Any:
    made = np.full((len(bad), *values.shape[1:]), np.nan)
    made[~bad] = values
    return made


def _with_close(output: Output, answer: Answer, answers: dict[str, Answer]) -> Answer:
    scores = answers.get("predict_proba", answers.get("decision_function"))
    if output.label_kind is None or output.tolerance == BITS or scores is None:
        return answer
    if scores.within is None:
        return answer
    rows = len(answer.values)
    near = tolerances.close(scores.values.reshape(rows, -1), scores.within.reshape(rows, -1))
    return replace(answer, close=near | answer.close)


def _input_head(at: int, given: Any, arrays: dict[str, Any]) -> Any:
    if given is None:
        return None
    if isinstance(given, tuple):
        arrays[f"input.{at}"], texts = given
        return {"codes": f"input.{at}", "texts": list(texts)}
    arrays[f"input.{at}"] = given
    return {"values": f"input.{at}"}


def _answer_head(name: str, answer: Answer, arrays: dict[str, Any]) -> dict[str, Any]:
    told = {"places" if answer.values.dtype == np.int32 else "values": f"output.{name}"}
    arrays[f"output.{name}"] = answer.values
    for part in ("within", "close"):
        values = getattr(answer, part)
        if values is not None:
            arrays[f"{part}.{name}"] = values.astype(np.uint8) if part == "close" else values
            told[part] = f"{part}.{name}"
    return told
