# SPDX-License-Identifier: Apache-2.0
"""A tiny contest of the benchmarks, from Parquet to its cells."""

from __future__ import annotations

import pytest
from benchmarks import prepared
from benchmarks.cells import CANNOT, MEASURED
from benchmarks.contest import Contest, Entrant
from benchmarks.peers import PEERS, Peer
from benchmarks.report import figures
from benchmarks.workloads import Workload

TIMED = ("predict", "scan", "sql", "pandas_udf", "map_in_arrow")


def by_hand_but_wrong(case):
    return case.contender(lambda rows: rows.selectExpr("2 * x0 AS score"))


@pytest.fixture(scope="module")
def cells(spark, tmp_path_factory):
    names = (*TIMED, "spark_xgboost")
    workload = Workload("compiled", "linear", 400, names, query="filter")
    case = prepared.case(spark, workload, tmp_path_factory.mktemp("bench"))
    entrants = {
        name: Entrant(lambda peer=PEERS[name]: peer.make(case), PEERS[name].checked(workload))
        for name in names
    }
    entrants["wrong"] = Entrant(lambda: by_hand_but_wrong(case), Peer("", "").near)
    expected = case.model.predict(case.checked.toPandas()[[*case.columns]])
    return Contest(entrants, expected, box=60, rounds=1, pause=0.0).hold()


@pytest.mark.parametrize("peer", TIMED)
def test_a_peer_answers_what_the_library_does_and_is_timed(cells, peer):
    assert (cells[peer]["status"], cells[peer]["reason"]) == (MEASURED, "")
    assert figures.rate({**cells[peer], "rows": 400}) > 0


def test_predict_tells_the_engine_that_it_was(cells):
    assert cells["predict"]["notes"] == {"engine": "compiled"}


def test_who_cannot_score_the_model_says_so(cells):
    assert cells["spark_xgboost"]["reason"] == "it scores XGBoost's models only"


def test_who_answers_otherwise_is_not_timed(cells):
    assert cells["wrong"]["status"] == CANNOT
    assert "rows, first" in cells["wrong"]["reason"]
