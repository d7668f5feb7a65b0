# SPDX-License-Identifier: Apache-2.0
"""What comes behind a model's inputs is told apart: flaws, parameters and the guard."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pandas as pd
import pytest

from sparkpredict.worker import columns

A, B = pd.Series([1.0, 2.0, 3.0]), pd.Series([4.0, 5.0, 6.0])
FLAG = pd.Series([True, False, True])
TEXT = pd.Series(["x", None, "z"], dtype=object)
BYTES = pd.Series([b"{}", b"[]", b"1"], dtype=object)
ROWS = pd.Series([np.array([1.0, 2.0]), None, np.array([3.0, 4.0])], dtype=object)

FLAW = pd.Series([None, "feature a is NULL", None], dtype=object)
PARAMS = pd.Series([json.dumps({"top": 3}).encode()] * 3, dtype=object)
GUARD = pd.Series([True, True, False])

INPUTS = {
    "columns": ({"layout": "columns", "names": ["a", "b"]}, (A, B)),
    "columns that end with a boolean": ({"layout": "columns", "names": ["a", "b"]}, (A, FLAG)),
    "columns that end with a text": ({"layout": "columns", "names": ["a", "b"]}, (A, TEXT)),
    "columns that end with bytes": ({"layout": "columns", "names": ["a", "b"]}, (A, BYTES)),
    "tensors": ({"layout": "tensor", "names": ["a", "b"]}, (ROWS, ROWS)),
    "matrix": ({"layout": "matrix", "names": [], "count": 2}, (A, B)),
    "matrix of arrays": ({"layout": "matrix", "names": [], "count": 2}, (ROWS,)),
    "matrix of NULL arrays": (
        {"layout": "matrix", "names": [], "count": 2},
        (pd.Series([None] * 3, dtype=object),),
    ),
    "frame": ({"layout": "frame", "names": []}, (pd.DataFrame({"x": A, "flag": FLAG}),)),
}
EXTRAS = list(itertools.product([False, True], repeat=3))


@pytest.mark.parametrize("layout", list(INPUTS))
@pytest.mark.parametrize(("flawed", "asked", "guarded"), EXTRAS)
def test_each_combination_is_told_apart(layout, flawed, asked, guarded):
    choice, inputs = INPUTS[layout]
    extras = [c for c, there in ((FLAW, flawed), (PARAMS, asked), (GUARD, guarded)) if there]
    batch = columns.split(choice, (*inputs, *extras))
    assert len(batch.inputs) == len(inputs)
    assert all(found is given for found, given in zip(batch.inputs, inputs))
    assert batch.params == ({"top": 3} if asked else None)
    assert (None if batch.flaws is None else list(batch.flaws)) == (list(FLAW) if flawed else None)
    assert (None if batch.needed is None else list(batch.needed)) == (
        list(GUARD) if guarded else None
    )
    expected = [not (flawed and at == 1) and not (guarded and at == 2) for at in range(3)]
    assert (None if batch.given is None else list(batch.given)) == (
        expected if flawed or guarded else None
    )


@pytest.mark.parametrize("dtype", [object, "string", None], ids=str)
def test_texts_of_any_dtype_are_flaws(dtype):
    batch = columns.split(INPUTS["columns"][0], (A, B, pd.Series(list(FLAW), dtype=dtype)))
    assert list(batch.flaws) == list(FLAW)


@pytest.mark.parametrize("layout", list(INPUTS))
def test_a_column_of_flaws_without_one_and_a_guard_that_all_pass_are_taken_off(layout):
    choice, inputs = INPUTS[layout]
    nothing = pd.Series([None] * 3, dtype=object)
    batch = columns.split(choice, (*inputs, nothing, PARAMS, pd.Series([True] * 3)))
    assert (batch.flaws, batch.needed, batch.given) == (None, None, None)
    assert batch.params == {"top": 3}


def test_a_row_that_is_not_needed_has_no_flaw():
    choice, inputs = INPUTS["columns"]
    batch = columns.split(choice, (*inputs, FLAW, pd.Series([True, False, True])))
    assert batch.flaws is None
    assert list(batch.given) == [True, False, True]


@pytest.mark.parametrize("layout", list(INPUTS))
def test_batches_without_rows(layout):
    choice, inputs = INPUTS[layout]
    empty = [column.iloc[:0] for column in (*inputs, FLAW, PARAMS, GUARD)]
    batch = columns.split(choice, tuple(empty))
    assert batch.flaws is None
    assert batch.given is None
