# SPDX-License-Identifier: Apache-2.0
"""For people who have SQL alone: docs/sql.md, by a real Thrift server without Python."""

from __future__ import annotations

import re

import pytest
import yaml

from connect_server import WORKER
from fresh import ROOT
from listed_models import EXPECTED, PREFIX, SCORED, TABLE, conf, entries, numbers, write
from thrift_server import beeline, clients, running

ORDERED = "SELECT churn, price, graph FROM scored ORDER BY id"
PAGE = (ROOT / "docs" / "sql.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


def statements(block):
    return [" ".join(text.split()) for text in block.split(";") if text.strip()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The page's file with models that are here, one for each engine, and a bad entry."""
    home = tmp_path_factory.mktemp("thrift")
    here = entries(home)
    listed = yaml.safe_load(blocks("yaml")[0])
    del listed["churn"]["digest"]  # of a model that is not here
    for alias in ("churn", "price"):
        listed[alias].update(here[alias])
    uri = here["price"]["uri"]
    write(home, {**listed, "graph": here["graph"], "bad": {"uri": uri, "retrun_types": "INT"}})
    return home


@pytest.fixture(scope="module")
def told(folder):
    """What clients of two servers, one after the other, are answered."""
    told = {}
    with running(folder, conf(folder)) as url:
        told["made"], *_ = clients(url, folder, [TABLE, f"CREATE VIEW scored AS {SCORED}"])
        told["two at once"] = clients(url, folder, [ORDERED], [ORDERED])
        told["page"], *_ = clients(url, folder, [s for b in blocks("sql") for s in statements(b)])
        told["tried"], *_ = clients(
            url,
            folder,
            [
                "SELECT PREDICT('bad', a, b) FROM customers",
                "SELECT PREDICT('none', a, b) FROM customers",
                f"SET {PREFIX}models=/tmp/others.yaml",
                f"SET {PREFIX}bind.enabled=true",
                f"SET {PREFIX}binding.{b'price'.hex()}={{}}",
                "SET spark.pyspark.driver.python=/bin/false",
                "SELECT PREDICT('price', a, b) FROM customers WHERE id = 3",
            ],
        )
        told["beeline"] = beeline(url, f"{ORDERED};")
    listed = yaml.safe_load((folder / "models.yaml").read_text())
    write(folder, {**listed, "late": {"uri": listed["price"]["uri"], "return_types": "INT"}})
    # no Python of the next driver has our package
    without = {"PYSPARK_DRIVER_PYTHON": WORKER, "PYTHONPATH": None}
    with running(folder, conf(folder), **without) as url:
        told["again"], *_ = clients(url, folder, [ORDERED, "SELECT PREDICT('late', 1D, 2D)"])
    return told


def rows(answer):
    return numbers([line.split(",") for line in answer.split("|")])


def test_each_engine_scores_in_a_permanent_view_for_two_clients_at_once(told):
    assert [rows(answer) for (answer,) in told["two at once"]] == [EXPECTED, EXPECTED]


def test_beeline_is_answered_the_same(told):
    assert numbers(told["beeline"]) == EXPECTED


def test_the_view_scores_after_a_restart_without_a_python_that_binds(told):
    assert rows(told["again"][0]) == EXPECTED


def test_a_python_without_our_package_is_named_with_what_to_do(told):
    assert "[PREDICT_BINDER_FAILED] model 'late' of " in told["again"][1]
    assert f"'{WORKER}' (PYSPARK_DRIVER_PYTHON), has no package 'sparkpredict'" in told["again"][1]
    assert "pip install spark-predict" in told["again"][1]


def test_the_statements_of_the_page_run(told):
    scored, listed, described, info = told["page"]
    found = sorted(float(line.split(",")[1]) for line in scored.split("|"))
    assert found == [row[0] for row in EXPECTED if row[0] > 0.8]
    models = dict(line.split(",", 1) for line in listed.split("|"))
    assert models["price"] == "python,a DOUBLE, b DOUBLE,DOUBLE,null"
    assert models["churn"] == "compiled,a DOUBLE, b DOUBLE,DOUBLE,null"
    assert models["graph"].startswith("onnx,")
    assert "[PREDICT_LISTED_MODEL_BROKEN]" in models["bad"]
    assert "SELECT predict('churn', *) FROM customers" in described
    assert '"alias":"churn"' in info


def test_a_bad_entry_breaks_its_own_alias_and_tells_file_and_line(told, folder):
    lines = (folder / "models.yaml").read_text().splitlines()
    at = 1 + next(at for at, line in enumerate(lines) if "retrun_types" in line)
    where = f"[PREDICT_LISTED_MODEL_BROKEN] model 'bad' of {folder / 'models.yaml'}, line {at}, "
    assert where in told["tried"][0]
    assert "'retrun_types' is no option" in told["tried"][0]
    assert "bound: bad, churn, graph, price." in told["tried"][1]


def test_nothing_that_sql_sets_changes_what_is_bound(told):
    assert told["tried"][-1] == "1.5"


def test_what_is_kept_is_for_its_user_alone(folder, told):
    assert told
    assert (folder / "cache" / "bound").stat().st_mode & 0o077 == 0
