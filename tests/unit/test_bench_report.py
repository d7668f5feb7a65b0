# SPDX-License-Identifier: Apache-2.0
"""What a benchmark tells of its cells."""

from __future__ import annotations

import json
import re

import pytest
from benchmarks.jobs import ROOT
from benchmarks.peers import PEERS
from benchmarks.report import figures, page, phases, slopes, tables, targets
from benchmarks.scales import SCALES
from benchmarks.workloads import workloads


def cell(peer, seconds, ours=(1.0, 1.0, 1.0), **more):
    return {
        "workload": "compiled-linear",
        "group": "compiled",
        "model": "linear",
        "peer": peer,
        "status": "measured",
        "reason": "",
        "rows": 1_000_000,
        "at": None,
        "seconds": seconds,
        "processor": seconds,
        "notes": {},
        "load": 1.0,
        "beside": {"predict": {"seconds": [*ours], "processor": [*ours]}},
        **more,
    }


def cannot(peer, reason):
    return {**cell(peer, []), "status": "cannot", "reason": reason}


CELLS = [
    cell("predict", [1.0, 1.0, 1.0], notes={"engine": "compiled"}),
    cell("mlflow_spark_udf", [4.0, 2.0, 8.0], ours=[1.0, 2.0, 1.0]),
    cannot("spark_xgboost", "it scores XGBoost's models only"),
]


def test_a_ratio_is_of_the_same_round():
    assert figures.times(CELLS[1]) == {"median": 4.0, "min": 1.0, "max": 8.0}


def test_a_ratio_is_of_the_rounds_that_both_have():
    short = cell("mlflow_spark_udf", [3.0], ours=[1.0, 100.0])
    assert figures.times(short) == {"median": 3.0, "min": 3.0, "max": 3.0}


def test_the_printed_table_has_a_line_for_each_cell_or_a_reason():
    head, *lines = tables.printed(CELLS).splitlines()
    assert re.split(r"\s{2,}", head) == ["workload", "peer", "M rows/s", "PREDICT is", "rounds"]
    assert re.split(r"\s{2,}", lines[0])[2:] == ["1.000", "3", "engine compiled"]
    assert re.split(r"\s{2,}", lines[1])[2:] == ["0.250", "4.00x [1.00, 8.00]", "3"]
    assert lines[2].endswith("it scores XGBoost's models only")


def test_the_page_numbers_the_reasons_below_the_table():
    text = tables.by_peer(CELLS)
    assert "| `mlflow.pyfunc.spark_udf` | 0.25 (4.00x) |" in text
    assert "| - (1) |" in text
    assert text.endswith("\n1. it scores XGBoost's models only")


def test_only_what_stands_between_the_marks_is_written():
    text = "prose\n<!-- figures: compiled -->\nold\n<!-- end -->\nmore prose\n"
    document = {"cells": CELLS, "targets": []}
    filled = page.filled(text, document, [])
    assert filled.startswith("prose\n<!-- figures: compiled -->\n| millions")
    assert filled.endswith("\n<!-- end -->\nmore prose\n")
    assert "old" not in filled
    assert page.filled(filled, document, []) == filled
    assert "(benchmarks/compiled.svg)" in page.filled(text, document, ["compiled"])


def test_the_page_has_a_place_for_every_group():
    text = page.PAGE.read_text(encoding="utf-8")
    places = set(re.findall(r"<!-- figures: (\S+) -->", text))
    groups = {workload.group for workload in workloads()}
    assert places == groups | {"machine", "measurements", "targets"}
    assert text.count("<!-- figures:") == text.count("<!-- end -->")


def test_the_page_says_what_its_figures_say():
    document = json.loads(page.FIGURES.read_text(encoding="utf-8"))
    drawn = [path.stem for path in page.PICTURES.glob("*.svg")]
    text = page.PAGE.read_text(encoding="utf-8")
    assert page.filled(text, document, drawn) == text, "python -m benchmarks.report.page"


@pytest.mark.parametrize(
    ("points", "slope", "bends"),
    [
        pytest.param([(10, 1.0), (100, 10.0), (1000, 100.0)], 1.0, [], id="in proportion"),
        pytest.param([(10, 1.0), (100, 1.0), (1000, 1.0)], 0.0, [], id="a fixed cost"),
        pytest.param([(10, 1.0), (100, 1.0), (1000, 10.0)], 0.5, [100.0], id="bends"),
    ],
)
def test_growth_is_told_by_its_slope_and_where_it_bends(points, slope, bends):
    found = slopes.of(points)
    assert found[0] == pytest.approx(slope)
    assert found[1] == pytest.approx(bends)


def test_a_phase_is_what_a_query_takes_beyond_the_one_before():
    names = ("scan", "identity_udf", "pandas_udf", "pandas_udf_to_parquet")
    cells = [cell(name, [seconds]) for name, seconds in zip(names, (1.0, 3.0, 4.0, 3.9))]
    assert phases.of(cells) == {
        "pandas UDF, linear": {"scan": 1.0, "transfer": 2.0, "model": 1.0, "emit": 0.0}
    }


def test_a_target_is_judged_by_the_median_of_the_pairs():
    (judged,) = targets.judge(CELLS)
    assert judged["figure"] == 4.0
    assert judged["met"]
    (missed,) = targets.judge([cell("mlflow_spark_udf", [3.9])])
    assert not missed["met"]


def test_a_target_of_another_of_us_is_judged_from_its_own_rounds():
    rows = cell("predict_rows", [2.0, 2.0], ours=[1.0, 1.0])
    (judged,) = targets.judge([rows])
    assert judged["figure"] == 0.5
    assert judged["what"] == "compiled-linear: predict_rows against predict"
    assert not judged["met"]


def test_workloads_have_names_of_their_own_and_known_peers():
    found = list(workloads())
    assert len({one.name for one in found}) == len(found)
    assert {peer for one in found for peer in one.peers} <= {*PEERS}
    named = {target.workload for target in targets.TARGETS}
    assert named <= {one.name for one in found}


def test_the_quick_scale_has_what_it_names_and_the_normal_one_leaves_out_the_largest():
    quick, normal, full = (SCALES[name].of(workloads()) for name in ("quick", "normal", "full"))
    assert 0 < len(quick) < len(normal) < len(full)
    assert max(one.rows for one in normal) == 10**7
    assert max(one.rows for one in full) == 10**8


def test_the_figures_name_no_machine():
    assert str(ROOT) not in page.FIGURES.read_text(encoding="utf-8")
