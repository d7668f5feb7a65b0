# SPDX-License-Identifier: Apache-2.0
"""The optimized plans of plans.sql are those that were approved, for each line of Spark.

Numbers of columns are counted from 1 in each plan; digests, cached data and the table's own scan
are left out. Rewrite the .out file of the running Spark with SPARKPREDICT_REWRITE_GOLDEN=1. The
approved versions are those in the files' names; other Sparks of a line plan alike, in other words.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pyspark
import pytest

import sparkpredict

HERE = Path(__file__).parent
REWRITE = "SPARKPREDICT_REWRITE_GOLDEN"
APPROVED = {path.stem.partition("-")[2] for path in HERE.glob("plans-*.out")}
LINE = pyspark.__version__.rpartition(".")[0]


@pytest.fixture(scope="module")
def tables(spark, regression, unsigned, tmp_path_factory):
    """The table ``t`` as Parquet, a view ``v`` of its scores, and cached scores ``c``."""
    path = str(tmp_path_factory.mktemp("plans") / "t")
    rows = [(at, at - 3.0, at % 3 * 0.5, f"k{at % 2}", float(at)) for at in range(8)]
    frame = spark.createDataFrame(rows, "id BIGINT, a DOUBLE, b DOUBLE, k STRING, x DOUBLE")
    frame.coalesce(1).write.parquet(path)
    spark.read.parquet(path).createOrReplaceTempView("t")
    models = {"m": regression, "n": unsigned}
    bound = [
        sparkpredict.bind_model(
            "DOUBLE", "mlflow", alias, str(model), engine="python", spark=spark
        ).register()
        for alias, model in models.items()
    ]
    spark.sql("SELECT *, PREDICT('m', a, b) AS s FROM t").createOrReplaceTempView("v")
    cached = spark.sql("SELECT id + 0 AS id, a, b, PREDICT('m', a, b) AS s FROM t").cache()
    cached.createOrReplaceTempView("c")
    yield
    spark.catalog.clearCache()
    for model in bound:
        model.unregister()
    for view in ("c", "v", "t"):
        spark.catalog.dropTempView(view)


@pytest.mark.skipif(LINE not in APPROVED, reason="plans are approved for one Spark of each line")
def test_the_optimized_plans_are_the_approved_ones(spark, tables):
    found = [f"-- {title}\n{query};\n{plan(spark, query)}" for title, query in parts()]
    text = "\n\n".join(found) + "\n"
    golden = HERE / f"plans-{LINE}.out"
    if os.environ.get(REWRITE):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8"), (
        f"{golden.name} differs; if the new plans are right: {REWRITE}=1 pytest {HERE.name}"
    )


def parts():
    """Title and query of each part."""
    for part in (HERE / "plans.sql").read_text(encoding="utf-8").strip().split(";\n"):
        lines = part.strip().rstrip(";").splitlines()
        yield lines[0][3:], "\n".join(lines[1:])


def plan(spark, query):
    """The optimized plan without what differs from run to run."""
    text = spark.sql(query)._jdf.queryExecution().optimizedPlan().toString().rstrip()
    text = re.sub(r"(predict\['\w+') \w+ ", r"\1 ", text)
    text = re.sub(r"(?s)InMemoryRelation .*", "InMemoryRelation", text)
    text = re.sub(r"Relation \[.*", "Relation t", text)
    seen: dict[str, int] = {}
    numbered = re.sub(r"#(\d+)L?", lambda at: f"#{seen.setdefault(at[1], len(seen) + 1)}", text)
    return re.sub(r" +$", "", numbered, flags=re.MULTILINE)
