# SPDX-License-Identifier: Apache-2.0
"""Peers of a benchmark take turns; of who is wrong, fails or is slow it says so, and goes on."""

from __future__ import annotations

import time
from types import SimpleNamespace

import numpy as np
import pytest
from benchmarks import timing
from benchmarks.cells import CANNOT, MEASURED, STOPPED
from benchmarks.contest import WARM_UPS, Contest, Entrant, difference
from benchmarks.peers import DOUBLE, SINGLE, Cannot, Near

EXPECTED = np.array([1.0, 2.0, 3.0])


@pytest.fixture(autouse=True)
def _without_a_look_at_all_processes(monkeypatch):
    """It takes longer than what these peers do."""
    monkeypatch.setattr(timing, "_processor", lambda: 0.0)


def peer(run=lambda: None, scores=EXPECTED):
    return SimpleNamespace(run=run, scores=lambda: scores, close=lambda: None, notes={})


def hold(rounds=3, box=60.0, warming=0.0, **makes):
    entrants = {
        name: Entrant(make if callable(make) else lambda make=make: make, DOUBLE)
        for name, make in makes.items()
    }
    return Contest(entrants, EXPECTED, box, rounds, pause=0.0, warming=warming).hold()


def test_each_runs_once_in_each_round_after_its_warm_up():
    calls = []
    cells = hold(rounds=4, a=peer(lambda: calls.append("a")), b=peer(lambda: calls.append("b")))
    rounds = [calls[at : at + 2] for at in range(0, len(calls), 2)]
    assert len(rounds) == WARM_UPS + 4
    assert all(sorted(both) == ["a", "b"] for both in rounds)
    assert len({tuple(both) for both in rounds}) == 2, "the order changes"
    assert [len(cell["seconds"]) for cell in cells.values()] == [4, 4]


def test_who_gets_faster_is_warmed_up_until_two_runs_agree(monkeypatch):
    seconds = iter([0.2, 0.15, 0.1, 0.05, 0.02, 0.0201, 0.0202, 0.0203])
    monkeypatch.setattr(timing, "timed", lambda *_: timing.Run(next(seconds), 0.0))
    assert hold(rounds=2, warming=5.0, faster=peer())["faster"]["seconds"] == [0.0202, 0.0203]


def test_a_warm_up_ends_after_some_seconds(monkeypatch):
    seconds = iter([2.0, 1.0, 0.8, 0.5, 0.3])
    monkeypatch.setattr(timing, "timed", lambda *_: timing.Run(next(seconds), 0.0))
    assert hold(rounds=2, warming=3.5, slow=peer())["slow"]["seconds"] == [0.5, 0.3]


def test_what_a_peer_takes_to_prepare_is_told():
    def make():
        time.sleep(0.02)
        return peer()

    assert 0.02 <= hold(slow=make)["slow"]["prepare"] < 1


def test_who_answers_other_scores_is_never_timed():
    calls = []
    wrong = peer(lambda: calls.append("wrong"), scores=[1.0, 2.0, 3.001])
    cells = hold(wrong=wrong, right=peer())
    assert cells["wrong"]["status"] == CANNOT
    assert "1 of 3 rows" in cells["wrong"]["reason"]
    assert "seconds" not in cells["wrong"]
    assert not calls
    assert cells["right"]["status"] == MEASURED


def test_who_cannot_take_part_says_why():
    def make():
        raise Cannot("it takes no texts")

    cells = hold(other=make, right=peer())
    assert cells["other"] == {"status": CANNOT, "reason": "it takes no texts"}
    assert len(cells["right"]["seconds"]) == 3


def test_an_error_of_one_is_its_own():
    def fail():
        raise ValueError("first line\nCaused by: java.io.IOException: disk full\n  at x")

    cells = hold(failing=peer(fail), right=peer())
    assert cells["failing"]["status"] == CANNOT
    assert cells["failing"]["reason"] == "Caused by: java.io.IOException: disk full"
    assert len(cells["right"]["seconds"]) == 3


def test_an_error_in_a_later_round_leaves_no_figures():
    calls = []

    def fail_at_last():
        calls.append(1)
        if len(calls) == WARM_UPS + 3:
            raise ValueError("gone")

    cells = hold(failing=peer(fail_at_last))
    assert cells["failing"] == {"status": CANNOT, "reason": "ValueError: gone"}


def test_a_slow_peer_keeps_the_rounds_that_its_box_had_room_for():
    cells = hold(rounds=50, box=0.2, slow=peer(lambda: time.sleep(0.04)), quick=peer())
    assert cells["slow"]["status"] == MEASURED
    assert 1 <= len(cells["slow"]["seconds"]) <= 4
    assert len(cells["quick"]["seconds"]) == 50


def test_a_long_run_is_warm_up_enough():
    calls = []

    def run():
        calls.append(1)
        time.sleep(0.06)

    cells = hold(rounds=5, box=0.1, long=peer(run))
    assert len(calls) == 2, "the second begins within the box"
    assert len(cells["long"]["seconds"]) == 1


def test_a_peer_whose_warm_up_takes_its_box_is_stopped():
    cells = hold(box=0.05, slow=peer(lambda: time.sleep(0.06)), quick=peer())
    assert cells["slow"]["status"] == STOPPED
    assert "0.05 s" in cells["slow"]["reason"]
    assert len(cells["quick"]["seconds"]) == 3


@pytest.mark.parametrize(
    ("found", "near", "differs"),
    [
        pytest.param([1.0, 2.0, 3.0 + 1e-9], DOUBLE, False, id="within the tolerance"),
        pytest.param([1.0, 2.0, 3.1], DOUBLE, True, id="one beyond it"),
        pytest.param([1.0, 2.0, 3.1], SINGLE, True, id="more than the share"),
        pytest.param([1.0, 2.0, 3.1], Near(1e-9, share=0.5), False, id="within the share"),
        pytest.param([1.0, 2.0, np.nan], DOUBLE, True, id="NaN"),
        pytest.param([1.0, 2.0], DOUBLE, True, id="a row is missing"),
    ],
)
def test_scores_differ_or_not(found, near, differs):
    assert bool(difference(found, EXPECTED, near)) is differs


def test_nan_agrees_with_nan():
    assert not difference([np.nan], [np.nan], DOUBLE)
