# SPDX-License-Identifier: Apache-2.0
"""bind_model adds PREDICT to a classic session that was started without it."""

from __future__ import annotations

import pytest

import saved
from fresh import run

SCRIPT = r"""
import json, logging, os, re, sys
from pyspark.ml.functions import array_to_vector, vector_to_array
from pyspark.sql import SparkSession, functions
import sparkpredict
folder, where = sys.argv[1:]
os.chdir(where)
heard = []
handler = logging.Handler()
handler.emit = lambda record: heard.append(record.getMessage())
logging.getLogger("sparkpredict").addHandler(handler)

def start():
    builder = (
        SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
    )
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    return spark

def bind(spark, alias="m"):
    return sparkpredict.bind_model("DOUBLE", "mlflow", alias, folder, spark=spark).register()

def view(spark):
    rows = spark.range(0, 6, 1, 2).selectExpr("id", "CAST(id AS DOUBLE) a", "id % 2 + 0D AS b")
    rows.createOrReplaceTempView("v")

def asked(spark, query):
    try:
        frame = spark.sql(query)
        plan = frame._jdf.queryExecution().optimizedPlan().toString()
        calls = len(re.findall(r"ArrowEvalPython \[|PredictNode predict\(", plan))
        return [calls, *sorted(list(row) for row in frame.collect())]
    except Exception as error:
        return str(error).split("]")[0] + "]"

QUERIES = {
    "star": "SELECT PREDICT('m', *) FROM v",
    "select and where": "SELECT id FROM v WHERE PREDICT('m', *) > 5 AND PREDICT('m', a, b) < 9",
    "filtered alias": "SELECT * FROM (SELECT id, PREDICT('m', *) AS p FROM v) WHERE p > 8",
    "join": "SELECT x.id, y.id FROM v x JOIN v y ON PREDICT('m', x.a, y.b) > 7 AND x.id < y.id",
    "aggregates": "SELECT b, max(PREDICT('m', a, b)), PREDICT('m', max(a), b) FROM v GROUP BY b",
    "exists": "SELECT id FROM v x WHERE EXISTS "
              "(SELECT 1 FROM v y WHERE y.id = x.id AND PREDICT('m', y.a, y.b) > 8)",
    "unknown alias": "SELECT PREDICT('nobody', *) FROM v",
    "outer join": "SELECT 1 FROM v x LEFT JOIN v y ON PREDICT('m', x.a, y.b) > 1",
    "lambda": "SELECT transform(array(1), x -> PREDICT('m', x + 1, b)) FROM v",
}

def by_columns(model):
    # the arguments come out of functions of Scala
    pair = vector_to_array(array_to_vector(functions.array("b", "a")))
    called = [functions.expr("PREDICT('m', a, b)"), model.udf("m", pair[1], pair[0])]
    if hasattr(functions, "call_function"):  # 3.5 and later
        called.append(functions.call_function("predict", functions.lit("m"), "a", pair[0]))
    frame = spark.table("v").where(called[0] > 5).select(*called)
    return sorted(sorted(set(row)) for row in frame.collect())

spark = start()
older = spark.newSession()
older.sql("SELECT 1").collect()
model = bind(spark)
view(spark)
told = {"queries": {name: asked(spark, query) for name, query in QUERIES.items()}}
told["columns"] = by_columns(model)
told["heard"] = list(heard)
bind(spark)
told["heard again"] = len(heard)
told["rules"] = [
    str(spark._jsparkSession.sessionState().analyzer().extendedResolutionRules()).count(name)
    for name in ("RaiseRefusals", "StarArguments")
]

spark.sql("CREATE VIEW kept AS SELECT PREDICT('m', a, b) AS p FROM VALUES (1, 2) AS t(a, b)")
told["view"] = asked(spark, "SELECT p FROM kept")
spark.sql("DROP VIEW kept")
stream = spark.readStream.format("rate").option("rowsPerSecond", 50).load()
scored = stream.selectExpr("value", "PREDICT('m', CAST(value AS DOUBLE), 1D) AS p")
query = scored.writeStream.format("memory").queryName("seen").start()
try:
    while not spark.sql("SELECT 1 FROM seen").count():
        query.processAllAvailable()
finally:
    query.stop()
told["stream"] = all(r.p == 2 * r.value - 0.5 for r in spark.sql("SELECT * FROM seen").collect())

for name, session in (("older", older), ("newer", spark.newSession())):
    bind(session)
    view(session)
    told[name] = [asked(session, QUERIES[q]) for q in ("select and where", "unknown alias")]
told["heard at last"] = len(heard)

spark.stop()
spark = start()
bind(spark)
view(spark)
told["made again"] = [asked(spark, QUERIES[q]) for q in ("select and where", "unknown alias")]
result(told)
"""

SELECTED = [1, [3], [4]]
REFUSED = "[PREDICT_MODEL_NOT_FOUND]"


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    folder = tmp_path_factory.mktemp("attaching")
    return run(SCRIPT, saved.regression(folder, signed=True), folder)


def test_the_same_calls_work_and_are_scored_once(told):
    assert told["queries"] == {
        "star": [1, [0.5], [1.5], [4.5], [5.5], [8.5], [9.5]],
        "select and where": SELECTED,
        "filtered alias": [1, [4, 8.5], [5, 9.5]],
        "join": [1, [4, 5]],
        "aggregates": [2, [0.0, 8.5, 8.5], [1.0, 9.5, 9.5]],
        "exists": [1, [4], [5]],
        "unknown alias": REFUSED,
        "outer join": "[PREDICT_IN_OUTER_JOIN]",
        "lambda": "[PREDICT_IN_LAMBDA]",
    }


def test_columns_work_as_queries_do(told):
    assert told["columns"] == [[5.5], [8.5], [9.5]], "one value in each row"


def test_views_and_streams_work_too(told):
    assert told["view"] == [1, [0.5]]
    assert told["stream"]


def test_it_is_told_once_and_done_once(told):
    reason = "spark.sql.extensions does not name the extension"
    assert told["heard"] == [f"added PREDICT to the running session, because {reason}"]
    assert told["heard again"] == 1
    assert told["rules"] == [1, 1]


def test_sessions_made_before_and_after_get_it_each(told):
    assert told["older"] == [SELECTED, REFUSED]
    assert told["newer"] == [SELECTED, REFUSED]
    assert told["heard at last"] == 2, "only the older one had to be changed"


def test_a_session_that_is_made_again_is_found_out(told):
    assert told["made again"] == [SELECTED, REFUSED]
