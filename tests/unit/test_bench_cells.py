# SPDX-License-Identifier: Apache-2.0
"""What was measured is found again, unless what it depends on has changed."""

from __future__ import annotations

import pytest
from benchmarks import cells, jobs
from benchmarks.scales import SCALES
from benchmarks.workloads import Workload


@pytest.fixture
def store(tmp_path):
    return cells.Store(tmp_path / "results")


def cell(fingerprint):
    return {"workload": "w", "peer": "p", "fingerprint": fingerprint, "status": cells.MEASURED}


def test_a_cell_is_found_by_its_fingerprint_alone(store):
    store.save(cell("one"))
    assert store.load("w", "p", "one") == cell("one")
    assert store.load("w", "p", "other") is None
    assert store.load("w", "q", "one") is None


def test_half_a_cell_counts_as_none(store):
    store.save(cell("one"))
    path = next(store.folder.rglob("*.json"))
    path.write_text(path.read_text()[:20])
    assert store.load("w", "p", "one") is None


def job(**changes):
    workload = Workload("compiled", "linear", 1000, **changes)
    return next(jobs.jobs(SCALES["full"], [workload]))


WORLD = {"machine": "a", "own": "b", "measuring": "c"}


def test_a_fingerprint_changes_with_all_that_figures_depend_on():
    first = job().fingerprint("scan", WORLD)
    assert job().fingerprint("scan", WORLD) == first
    others = [
        job().fingerprint("predict", WORLD),
        job(batch=7).fingerprint("scan", WORLD),
        job(cores=1).fingerprint("scan", WORLD),
        job().fingerprint("scan", {**WORLD, "own": "changed"}),
    ]
    assert first not in others
    assert len({*others}) == len(others)


def test_another_peer_in_the_list_leaves_the_cells_of_the_rest():
    assert job(peers=("scan",)).fingerprint("scan", WORLD) == job().fingerprint("scan", WORLD)


def test_a_job_lacks_what_the_store_has_not(store):
    found = job(peers=("predict", "scan", "pandas_udf"))
    assert found.lacking(store, WORLD) == ("predict", "scan", "pandas_udf")
    for peer in ("predict", "scan"):
        store.save(
            {
                "workload": found.name,
                "peer": peer,
                "fingerprint": found.fingerprint(peer, WORLD),
            }
        )
    assert found.lacking(store, WORLD) == ("pandas_udf",)
    # They are told against PREDICT and the scan, which so take part once more.
    assert found.beside(["pandas_udf"]) == ("predict", "scan", "pandas_udf")


def test_time_boxes_shrink_when_little_time_is_left_and_then_nothing_is_begun():
    found = job(peers=("predict", "scan")).within(40.0)
    assert found.share_of(1000.0, found.peers) == 40.0
    assert found.share_of(50.0, found.peers) == 25.0
    assert found.share_of(19.0, found.peers) is None
    assert found.within(25.0).fingerprint("scan", WORLD) == found.fingerprint("scan", WORLD)


def test_the_world_is_not_that_of_lines_that_only_tell(monkeypatch, tmp_path):
    for name, text in {"contest.py": "1", "run.py": "1", "report/tables.py": "1"}.items():
        path = tmp_path / "benchmarks" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.setattr(jobs, "ROOT", tmp_path)
    monkeypatch.setattr(jobs.machine, "describe", lambda: {"load_at_start": 1.0})
    before = jobs.world()
    (tmp_path / "benchmarks" / "report" / "tables.py").write_text("2")
    (tmp_path / "benchmarks" / "run.py").write_text("2")
    assert jobs.world() == before
    (tmp_path / "benchmarks" / "contest.py").write_text("2")
    assert jobs.world() != before
