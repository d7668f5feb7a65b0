# SPDX-License-Identifier: Apache-2.0
"""A session that ran before PREDICT came answers all golden files as one that started with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from golden import FILES

from fresh import run

SCRIPT = """
import sys
from pathlib import Path
from pyspark.sql import SparkSession
here, where, *folders = sys.argv[1:]
tests = Path(here).parent
sys.path[:0] = [here, str(tests), str(tests.parent / "tools")]
import golden

builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
for key, value in golden.CONF.items():
    builder.config(key, value)
spark = builder.getOrCreate()
spark.sparkContext.setLogLevel("OFF")
assert not any("spark-predict" in jar for jar in spark._jsc.sc().jars().mkString(" ").split())
spark.sql("SELECT 1").collect()

golden.prepare(spark, where, dict(zip("mnr", folders)))
result({file.stem: golden.answers(spark, file) for file in golden.FILES})
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory, regression, unsigned, reordered):
    where = tmp_path_factory.mktemp("attached")
    here = Path(__file__).parent
    return run(SCRIPT, here, where, regression, unsigned, reordered, cwd=where)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_queries_answer_what_the_golden_file_says(found, file):
    assert found[file.stem] == file.with_suffix(".out").read_text(encoding="utf-8")
