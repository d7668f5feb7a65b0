# SPDX-License-Identifier: Apache-2.0
"""Each query of a .sql file answers what the .out file beside it says, on every Spark.

Rewrite the .out files with SPARKPREDICT_REWRITE_GOLDEN=1; `golden` says how they are written.
"""

from __future__ import annotations

import os

import pytest
from golden import CONF, FILES, answers, prepare

REWRITE = "SPARKPREDICT_REWRITE_GOLDEN"


@pytest.fixture(scope="module")
def tables(spark, tmp_path_factory, regression, unsigned, reordered):
    models = {"m": regression, "n": unsigned, "r": reordered}
    bound = prepare(spark, tmp_path_factory.mktemp("jar"), models)
    yield
    for model in bound:
        model.unregister()
    for view in ("t", "one"):
        spark.catalog.dropTempView(view)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_queries_answer_what_the_golden_file_says(spark, tables, conf, file):
    for key, value in CONF.items():
        conf(key, value)
    text = answers(spark, file)
    golden = file.with_suffix(".out")
    if os.environ.get(REWRITE):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8"), (
        f"{golden.name} differs; if the new answers are right: {REWRITE}=1 pytest tests/sql"
    )
