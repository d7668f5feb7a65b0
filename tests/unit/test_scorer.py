# SPDX-License-Identifier: Apache-2.0
"""A batch with bad rows, by what becomes of them; with flaws and guards."""

from __future__ import annotations

import numpy as np
import pytest
from poisoned import BAD, ROWS, Model, batch, scorer
from pyspark.sql import types as t

from sparkpredict.worker.conditions import WorkerError


def fail_together(x):
    if len(x) > 1:
        raise RuntimeError("too many rows")
    return x


def test_rows_that_fail_only_together_are_no_bad_rows():
    told = r"PREDICT_MODEL_BATCH_FAILED.*batch of 10 rows: RuntimeError: too many rows"
    with pytest.raises(WorkerError, match=told):
        scorer(Model(fail_together, bad=()), "fail").column(batch())
    counted = []
    found = scorer(Model(fail_together, bad=()), "null", counted=counted).column(batch())
    assert found.tolist() == list(range(ROWS))
    assert counted == []


@pytest.mark.parametrize("bad", [BAD, set(range(ROWS)), set()], ids=["some", "all", "none"])
def test_bad_rows_are_null_and_counted(bad):
    counted = []
    found = scorer(Model(bad=bad), "null", counted=counted).column(batch())
    assert found.isna().tolist() == [x in bad for x in range(ROWS)]
    assert found.dropna().tolist() == [2.0 * x for x in range(ROWS) if x not in bad]
    assert counted == ([len(bad)] if bad else [])


def test_bad_rows_are_captured_with_their_messages():
    counted = []
    found = scorer(Model(), "capture", counted=counted).column(batch())
    assert list(found.columns) == ["__value", "__error"]
    assert found["__error"].tolist() == [
        f"ValueError: {x} is bad" if x in BAD else None for x in range(ROWS)
    ]
    assert found["__value"].isna().tolist() == [x in BAD for x in range(ROWS)]
    assert counted == [2]


@pytest.mark.parametrize("on_error", ["fail", "null", "capture"])
def test_where_nothing_fails_the_model_is_called_once_and_nothing_is_counted(on_error):
    model, rows = Model(bad=()), batch()
    counted = []
    found = scorer(model, on_error, counted=counted).column(rows)
    assert model.given == [ROWS]
    assert counted == []
    scores = found["__value"] if on_error == "capture" else found
    assert scores.tolist() == [2.0 * x for x in range(ROWS)]


FLAWS = np.array([None, "feature x is NULL", *[None] * 6, "feature x: 9 is no INT", None], object)


def test_a_flawed_row_ends_the_query_before_the_model_is_called():
    model = Model()
    with pytest.raises(WorkerError, match=r"a row: feature x is NULL\. The row: none"):
        scorer(model, "fail").column(batch(flaws=FLAWS))
    assert model.given == []


def test_flawed_rows_are_not_given_to_the_model_and_are_told_and_counted():
    model, counted = Model(), []
    found = scorer(model, "capture", counted=counted).column(batch(flaws=FLAWS))
    assert {at: error for at, error in enumerate(found["__error"]) if error is not None} == {
        1: "feature x is NULL",
        3: "ValueError: 3 is bad",
        8: "feature x: 9 is no INT",
    }
    assert model.given[0] == ROWS - 2
    assert counted == [3]
    null = scorer(Model(), "null").column(batch(flaws=FLAWS))
    assert null.isna().tolist() == [x in {1, 3, 8} for x in range(ROWS)]


@pytest.mark.parametrize("on_error", ["fail", "null", "capture"])
def test_a_row_that_is_not_needed_is_no_bad_row(on_error):
    needed = np.array([x not in BAD and x != 5 for x in range(ROWS)])
    model, counted = Model(), []
    found = scorer(model, on_error, counted=counted).column(batch(needed=needed))
    if on_error == "capture":
        assert found["__error"].isna().all()
        found = found["__value"]
    assert found.isna().tolist() == (~needed).tolist()
    assert model.given == [7]
    assert counted == []


@pytest.mark.parametrize("on_error", ["null", "capture"])
def test_without_a_row_for_the_model_it_is_not_even_loaded(on_error):
    made = scorer(None, on_error, t.IntegerType())
    made.model = pytest.fail
    for rows in (batch(needed=np.zeros(ROWS, dtype=bool)), batch(rows=0)):
        found = made.column(rows)
        assert len(found) == len(rows.inputs[0])
        assert found.isna().all(axis=None)


@pytest.mark.parametrize("on_error", ["fail", "null", "capture"])
@pytest.mark.parametrize(
    ("error", "condition"),
    [(MemoryError, "PREDICT_MODEL_BATCH_FAILED"), (ImportError, "PREDICT_MODEL_BATCH_FAILED")],
)
def test_what_is_no_rows_fault_always_ends_the_query(on_error, error, condition):
    model = Model(error=error)
    with pytest.raises(WorkerError, match=condition) as raised:
        scorer(model, on_error).column(batch())
    assert isinstance(raised.value.__cause__, error)
    assert model.given == [ROWS]


@pytest.mark.parametrize("on_error", ["fail", "null", "capture"])
@pytest.mark.parametrize(
    ("answer", "condition"),
    [
        (lambda x: x[1:], "PREDICT_ROW_COUNT"),
        (lambda x: ["text"] * len(x), "PREDICT_OUTPUT_MISMATCH"),
    ],
)
def test_a_wrong_answer_always_ends_the_query(on_error, answer, condition):
    for bad in ((), {9}):  # of all rows, and of those before the bad one
        with pytest.raises(WorkerError) as raised:
            scorer(Model(answer, bad=bad), on_error).column(batch())
        assert raised.value.condition == condition


def test_parameters_of_the_call_go_over_those_of_the_binding():
    for bound, own, expected in (
        (None, None, None),
        ({"a": 1, "b": 2}, None, {"a": 1, "b": 2}),
        (None, {"b": 3}, {"b": 3}),
        ({"a": 1, "b": 2}, {"b": 3}, {"a": 1, "b": 3}),
    ):
        model = Model()
        scorer(model, "null", params=bound).column(batch(rows=2, params=own))
        assert model.params == [expected]
