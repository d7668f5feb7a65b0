# SPDX-License-Identifier: Apache-2.0
"""`make demo`'s script, in a process of its own, as a newcomer runs it."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from fresh import ROOT, environment


@pytest.fixture(scope="module")
def printed():
    done = subprocess.run(
        [sys.executable, "examples/demo.py"],
        cwd=ROOT,
        env=environment({}),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def test_the_demo_prints_scores_of_every_way_to_call(printed):
    assert len(re.findall(r"^ +age +bmi +(?:progression|score)$", printed, re.MULTILINE)) == 3
    assert "model.udf and model.predict agree on all 442 patients" in printed


def test_the_demo_shows_a_plan_that_scores_once(printed):
    calls = re.findall(r"ScoreBlocks 'progression' [0-9a-f]{12} engine=compiled: ", printed)
    assert len(calls) == 1
    assert "ArrowEvalPython" not in printed


def test_the_demo_names_the_engine(printed):
    assert re.search(r"^ +engine +compiled$", printed, re.MULTILINE)
