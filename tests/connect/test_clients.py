# SPDX-License-Identifier: Apache-2.0
"""The main job from clients that have no JVM to reach into: every way, every kind of error."""

from __future__ import annotations

import pytest
from clients import FULL, THIN, client

SCRIPT = """
folder, engine = sys.argv[1:]
model = bind("m", saved(folder + "/model"), engine=engine)
data = spark.createDataFrame(frame)
data.createOrReplaceTempView("v")
expected = [f(*row) for row in frame.to_numpy().tolist()]

@F.udf("string")
def worker(x):
    try:
        import sparkpredict
        return "sparkpredict is installed"
    except ImportError:
        return "bare"

there = spark.range(1).select(worker("id")).collect()[0][0]
ways = {
    "SQL": spark.sql("SELECT PREDICT('m', *) FROM v"),
    "udf": data.select(model.udf(F.lit("m"), *data.columns)),
    "Transformer": model.create_transformer().setInputCols(["a", "b"]).setOutputCol("p")
        .transform(data).select("p"),
    "expression": data.selectExpr("PREDICT('m', a, b)"),
    "call_function": data.select(F.call_function("predict", F.lit("m"), F.col("a"), F.col("b"))),
}
scores = {way: [row[0] for row in found.collect()] for way, found in ways.items()}
scores["driver"] = model.predict(frame).tolist()

lenient = bind("n", folder + "/model", on_error="null", engine=engine)
values = "VALUES (1D, 2D), (double('NaN'), 2D), (3D, 0D) AS t(a, b)"
null = [row[0] for row in spark.sql(f"SELECT PREDICT('n', a, b) FROM {values}").collect()]

data.write.parquet(folder + "/in")
stream = spark.readStream.schema(data.schema).parquet(folder + "/in").createOrReplaceTempView("s")

def batch(found, number):
    found.selectExpr("PREDICT('m', a, b) AS p").write.mode("append").parquet(folder + "/batches")

def run(writer, name):
    query = writer.option("checkpointLocation", folder + "/" + name).trigger(availableNow=True)
    query.start().awaitTermination()

scored = spark.sql("SELECT PREDICT('m', *) AS p FROM s")
run(scored.writeStream.format("memory").queryName("q"), "one")
run(spark.table("s").writeStream.foreachBatch(batch), "two")
streamed = sorted(row.p for row in spark.table("q").collect())
batches = sorted(row.p for row in spark.read.parquet(folder + "/batches").collect())

refused = {
    "no such model": error(lambda: spark.sql("SELECT PREDICT('other', *) FROM v").collect()),
    "no literal": error(lambda: spark.sql("SELECT PREDICT(a, b) FROM v").collect()),
    "too few": error(lambda: spark.sql("SELECT PREDICT('m', a) FROM v").collect()),
    "wrong type": error(lambda: spark.sql("SELECT PREDICT('m', 'x', 'y')").collect()),
    "wrong alias": error(lambda: data.select(model.udf(F.lit("other"), "a", "b")).collect()),
    "no folder": error(lambda: bind("x", folder + "/nowhere")),
    "no type": error(lambda: sparkpredict.bind_model("INTT", "mlflow", "x", folder + "/model")),
    "bad row": error(lambda: spark.sql(f"SELECT PREDICT('m', a, b) FROM {values}").collect()),
}
before = list(sparkpredict.models())
info = model.info()
model.unregister()
result({
    "engine": engine, "module": type(spark).__module__, "worker": there,
    "pyspark": os.path.dirname(F.__file__),
    "scores": scores, "expected": expected, "null": null, "counted": lenient.info().bad_rows,
    "streamed": streamed, "batches": batches, "refused": refused,
    "info": [info.alias, info.engine, info.digest, str(info)], "digest": model.digest,
    "before": before, "after": list(sparkpredict.models()),
    "unregistered": error(lambda: spark.sql("SELECT PREDICT('m', *) FROM v").collect()),
})
"""


@pytest.fixture(
    scope="module",
    params=[(THIN, "compiled"), (FULL, "python")],
    ids=["pyspark-client", "SPARK_REMOTE"],
)
def told(request, server, tmp_path_factory):
    python, engine = request.param
    return client(server, SCRIPT, tmp_path_factory.mktemp("client"), engine, python=python)


def test_client_and_workers_are_what_the_test_says(told):
    assert told["module"].startswith("pyspark.sql.connect")
    assert told["worker"] == "bare"


def test_every_way_of_calling_gives_the_models_own_scores(told):
    assert len(told["scores"]) == 6
    for way, scores in told["scores"].items():
        assert scores == told["expected"], way


def test_a_stream_scores_also_in_a_batch_function(told):
    assert told["streamed"] == sorted(told["expected"])
    assert told["batches"] == sorted(told["expected"])


REFUSED = {
    "no such model": (
        "AnalysisException",
        "[PREDICT_MODEL_NOT_FOUND] model 'other' is not bound in this session; bound: m, n.",
    ),
    "no literal": ("AnalysisException", "[PREDICT_ALIAS_NOT_LITERAL] the model alias must be"),
    "too few": ("AnalysisException", "[PREDICT_ARGUMENT_COUNT] model 'm' takes 2 arguments"),
    "wrong type": ("AnalysisException", "[PREDICT_ARGUMENT_TYPE] feature 'a' of model 'm' is"),
    "wrong alias": ("AnalysisException", "[PREDICT_WRONG_ALIAS] model.udf was called with alias"),
    "no folder": ("ModelError", "[PREDICT_MODEL_FILE_MISSING] there is no "),
    "no type": ("ReturnTypeError", "[PREDICT_RETURN_TYPE_INVALID] return_types 'INTT' is not a"),
    "bad row": ("SparkRuntimeException", "[PREDICT_BAD_ROW] model 'm' (digest "),
}


@pytest.mark.parametrize("call", list(REFUSED))
def test_an_error_arrives_with_type_and_text(told, call):
    kind, text = REFUSED[call]
    found, message = told["refused"][call]
    if kind == "SparkRuntimeException" and told["engine"] == "python":
        kind = "PythonException"
    assert found == kind
    assert text in message


def test_a_bad_row_is_null_and_counted_where_the_jvm_scores(told):
    assert told["null"] == [0.5, None, 6.5]
    assert told["counted"] == (1 if told["engine"] == "compiled" else None)


def test_info_models_and_unregister_work(told):
    alias, engine, digest, text = told["info"]
    assert (alias, engine, digest) == ("m", told["engine"], told["digest"])
    assert engine in text
    assert told["before"] == ["m", "n"]
    assert told["after"] == ["n"]
    assert "[PREDICT_MODEL_NOT_FOUND]" in told["unregistered"][1]
