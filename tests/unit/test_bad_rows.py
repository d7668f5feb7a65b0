# SPDX-License-Identifier: Apache-2.0
"""Halving finds the bad rows, and no other, within the stated number of calls."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import EXAMPLES
from sparkpredict.worker.bad_rows import Part, is_no_rows_fault, parts, told


class Model:
    """Fails on rows that are bad, and counts how often it is called."""

    def __init__(self, bad):
        self.bad = set(bad)
        self.calls = 0

    def attempt(self, start, stop):
        self.calls += 1
        worst = self.bad & set(range(start, stop))
        error = ValueError(f"row {min(worst)}") if worst else None
        return Part(start, stop, None if worst else list(range(start, stop)), error)

    def all(self, rows):
        whole = self.attempt(0, rows)
        return [whole] if whole.error is None else list(parts(self.attempt, whole))


def most(rows, bad):
    return min(2 * bad * math.log2(rows) + 1, 2 * rows - 1)


def check(rows, bad):
    model = Model(bad)
    found = model.all(rows)
    assert [part.start for part in found] == [0, *(part.stop for part in found[:-1])]
    assert found[-1].stop == rows
    assert {part.start for part in found if part.error is not None} == set(bad)
    assert all(part.stop - part.start == 1 for part in found if part.error is not None)
    assert all(str(part.error) == f"row {part.start}" for part in found if part.error is not None)
    good = [row for part in found if part.error is None for row in part.scores]
    assert good == [row for row in range(rows) if row not in set(bad)]
    assert model.calls <= most(rows, len(bad))
    return model.calls


@pytest.mark.parametrize("rows", [1, 2, 3, 7, 100, 1000])
@pytest.mark.parametrize("count", [0, 1, 2, 5, None], ids=str)
def test_bad_rows_are_found_within_the_stated_calls(rows, count):
    count = rows if count is None else min(count, rows)
    for seed in range(20):
        check(rows, random.Random(seed).sample(range(rows), count))  # noqa: S311


@pytest.mark.parametrize("rows", range(1, 40))
def test_one_bad_row_at_each_place(rows):
    for at in range(rows):
        check(rows, [at])


def test_the_cap_is_met_where_every_row_is_bad():
    assert check(100, range(100)) == 199
    assert check(100, []) == 1


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.just(n), st.sets(st.integers(0, n - 1)))))
def test_any_bad_rows_among_any_number(case):
    check(*case)


def test_the_first_bad_row_is_found_without_looking_at_later_ones():
    model = Model([700, 900])
    whole = model.attempt(0, 1000)
    first = next(part for part in parts(model.attempt, whole) if part.error is not None)
    assert first.start == 700
    assert model.calls <= 2 * math.log2(1000) + 1


def test_rows_that_fail_only_together_are_no_bad_rows():
    def attempt(start, stop):
        error = RuntimeError("too many") if stop - start > 3 else None
        return Part(start, stop, None if error else [1] * (stop - start), error)

    found = list(parts(attempt, attempt(0, 10)))
    assert all(part.error is None for part in found)
    assert sum(len(part.scores) for part in found) == 10


class XGBoostError(ValueError):
    """A native library's error."""


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        ImportError("no module named x"),
        ModuleNotFoundError("x"),
        RuntimeError("std::bad_alloc"),
        XGBoostError("[10:00] Memory allocation error: std::bad_alloc"),
        RuntimeError("CUDA out of memory. Tried to allocate 20 MiB"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate"),
        OSError(12, "Cannot allocate memory"),
    ],
)
def test_memory_and_libraries_are_no_rows_fault(error):
    assert is_no_rows_fault(error)
    wrapped = RuntimeError("the model failed")
    wrapped.__cause__ = error
    assert is_no_rows_fault(wrapped)
    wrapped.__cause__, wrapped.__context__ = None, error
    wrapped.__suppress_context__ = False
    assert is_no_rows_fault(wrapped)
    wrapped.__suppress_context__ = True
    assert not is_no_rows_fault(wrapped)


def test_other_errors_are_rows_faults():
    assert not is_no_rows_fault(ValueError("Input X contains NaN"))
    assert not is_no_rows_fault(KeyError("memory"))


def test_a_message_is_bounded_and_says_how_long_it_was():
    assert told(ValueError("short")) == "ValueError: short"
    text = told(ValueError("x" * 5000))
    assert len(text) < 1050
    assert text.endswith("... (5012 characters)")
