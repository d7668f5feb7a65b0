# SPDX-License-Identifier: Apache-2.0
"""A benchmark's process that crashes or hangs costs one peer its figures, not the run."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from benchmarks import jobs
from benchmarks.cells import CANNOT, MEASURED, STOPPED, Store
from benchmarks.runner import Runner
from benchmarks.scales import SCALES
from benchmarks.workloads import Workload

WORLD = {"machine": "a", "own": "b", "measuring": "c"}
PEERS = ("predict", "scan", "pandas_udf")
# Tells what the real one tells; `{step}` is run before each peer's turn.
CHILD = """
import json, os, sys, time
task = json.loads(sys.argv[1])
def tell(**values):
    print(json.dumps(values), flush=True)
for peer in task["peers"]:
    tell(peer=peer, step="warm up")
    {step}
for peer in task["peers"]:
    times = [1.0, 2.0] if task["kind"] == "contest" else 1.0
    tell(cell=dict(peer=peer, status="measured", reason="", seconds=times, processor=times))
"""


def job(kind="contest"):
    workload = Workload("compiled", "linear", 1000, PEERS, kind=kind)
    return next(jobs.jobs(SCALES["quick"].__class__("full", 1.0, 2, 0.2, 1), [workload]))


@pytest.fixture
def ran(tmp_path):
    """Runs a job by children that do something before each peer's turn."""

    def run(step, job, lacking=PEERS):
        started = []

        def start(task, log):
            started.append(task["peers"])
            return subprocess.Popen(
                [sys.executable, "-S", "-c", CHILD.format(step=step), json.dumps(task)],
                stdout=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )

        runner = Runner(Store(tmp_path), WORLD, tmp_path, start=start, grace=0.3)
        return {cell["peer"]: cell for cell in runner.run(job, lacking)}, started

    return run


def test_cells_are_stored_with_the_rounds_that_they_are_told_against(ran, tmp_path):
    cells, started = ran("pass", job())
    assert started == [[*PEERS]]
    assert cells["pandas_udf"]["beside"]["predict"]["seconds"] == [1.0, 2.0]
    assert cells["pandas_udf"]["rows"] == 1000
    assert job().lacking(Store(tmp_path), WORLD) == ()


def test_who_ends_the_process_is_left_out_when_the_rest_start_again(ran):
    cells, started = ran("if peer == 'scan': os.kill(os.getpid(), 9)", job())
    assert started == [[*PEERS], ["predict", "pandas_udf"]]
    assert cells["scan"]["status"] == CANNOT
    assert "SIGKILL, in: warm up" in cells["scan"]["reason"]
    assert cells["pandas_udf"]["status"] == MEASURED
    assert [*cells["pandas_udf"]["beside"]] == ["predict"]


def test_who_hangs_is_stopped_and_left_out(ran):
    cells, started = ran("if peer == 'scan': time.sleep(60)", job())
    assert cells["scan"]["status"] == STOPPED
    assert "hung" in cells["scan"]["reason"]
    assert started[1] == ["predict", "pandas_udf"]
    assert cells["predict"]["status"] == MEASURED


def test_only_what_is_lacking_is_stored_again(ran, tmp_path):
    _, started = ran("pass", job(), ("pandas_udf",))
    assert started == [[*PEERS]], "PREDICT and the scan run beside it"
    assert job().lacking(Store(tmp_path), WORLD) == ("predict", "scan")


def test_what_a_short_time_box_has_cut_is_measured_again_by_another_run(ran, tmp_path):
    step = "if peer == 'scan': time.sleep(60)"
    short = job().within(0.1)
    cells, _ = ran(step, short)
    assert cells["scan"]["status"] == STOPPED
    assert job().lacking(Store(tmp_path), WORLD) == ("scan",)
    ran(step, job(), ("scan",))
    assert job().lacking(Store(tmp_path), WORLD) == ()


def test_an_interrupt_ends_the_process_too(ran, monkeypatch):
    found = []

    def interrupt(self, process, _):
        found.append(process)
        raise KeyboardInterrupt

    monkeypatch.setattr(Runner, "_told", interrupt)
    with pytest.raises(KeyboardInterrupt):
        ran("time.sleep(60)", job())
    assert found[0].returncode == -9


def test_a_process_that_fails_before_any_turn_is_told_of_each_peer(ran, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "CHILD", "raise SystemExit(3)  # {step}")
    cells, started = ran("", job())
    assert len(started) == 1
    assert {cell["status"] for cell in cells.values()} == {CANNOT}
    assert "ended with 3" in cells["scan"]["reason"]


def test_alone_each_has_processes_of_its_own_in_turns(ran):
    cells, started = ran("pass", job("alone"))
    assert started == [[peer] for peer in PEERS] * 2
    assert cells["scan"]["seconds"] == [1.0, 1.0]
