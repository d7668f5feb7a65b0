# SPDX-License-Identifier: Apache-2.0
"""The main job from a client of a Spark Connect server, which has no JVM to reach into."""

import json
import re

import pytest

from fresh import run

CLIENT = """
import sys
import numpy as np, pandas as pd, mlflow
from sklearn.linear_model import LinearRegression
from mlflow.models import infer_signature
from pyspark.sql import SparkSession, functions as F
import sparkpredict
frame = pd.DataFrame(np.random.default_rng(7).normal(size=(50, 2)), columns=["a", "b"])
estimator = LinearRegression().fit(frame, 2 * frame.a - frame.b + 0.5)
# exact steps: with others BLAS answers with other last bits for another size of batch
estimator.coef_, estimator.intercept_ = np.array([2.0, -1.0]), 0.5
path = sys.argv[1] + "/model"
mlflow.sklearn.save_model(
    estimator, path, signature=infer_signature(frame, estimator.predict(frame))
)
spark = SparkSession.builder.getOrCreate()
model = sparkpredict.bind_model("DOUBLE", "mlflow", "m", path).register()
data = spark.createDataFrame(frame)
data.createOrReplaceTempView("v")
def error(call):
    try:
        call()
    except Exception as found:
        return [type(found).__name__, str(found)]
sql = [row[0] for row in spark.sql("SELECT PREDICT('m', *) FROM v").collect()]
udf = [row[0] for row in data.select(model.udf(F.lit("m"), *data.columns)).collect()]
added = model.create_transformer().setInputCols(["a", "b"]).setOutputCol("p").transform(data)
transformer = [row.p for row in added.collect()]
unknown = error(lambda: spark.sql("SELECT PREDICT('other', *) FROM v").collect())
wrong = error(lambda: data.select(model.udf(F.lit("other"), "a", "b")).collect())
lenient = sparkpredict.bind_model("DOUBLE", "mlflow", "n", path, on_error="null").register()
values = "VALUES (1D, 2D), (double('NaN'), 2D), (3D, 0D) AS t(a, b)"
rows = spark.sql(f"SELECT PREDICT('n', a, b) FROM {values}").collect()
bad_row, counted = [row[0] for row in rows], lenient.info().bad_rows
lenient.unregister()
plan = spark.sql("EXPLAIN SELECT PREDICT('m', *) FROM v").collect()[0][0]
info, bound = str(model.info()), list(sparkpredict.models())
model.unregister()
from pyspark import SparkContext
result({
    "client": type(spark).__module__,
    "jvm": SparkContext._gateway is not None,
    "expected": estimator.predict(frame).tolist(),
    "driver": model.predict(frame).tolist(),
    "sql": sql, "udf": udf, "transformer": transformer,
    "unknown": unknown, "wrong": wrong, "info": info, "bound": bound,
    "bad_row": bad_row, "counted": counted,
    "plan": plan,
    "left": list(sparkpredict.models()),
    "after": error(lambda: spark.sql("SELECT PREDICT('m', *) FROM v").collect()),
})
"""


@pytest.fixture(scope="module")
def told(server, tmp_path_factory):
    return run(CLIENT, tmp_path_factory.mktemp("client"), SPARK_REMOTE=server)


def test_the_client_has_no_jvm(told):
    assert told["client"].startswith("pyspark.sql.connect")
    assert not told["jvm"]


@pytest.mark.parametrize("way", ["sql", "udf", "transformer", "driver"])
def test_every_way_of_calling_gives_the_models_own_scores(told, way):
    assert told[way] == told["expected"]


def test_errors_arrive_with_type_and_text(told):
    kind, text = told["unknown"]
    assert kind == "AnalysisException"
    assert "[PREDICT_MODEL_NOT_FOUND] model 'other' is not bound in this session; bound: m" in text
    assert told["wrong"][0] == "AnalysisException"
    assert "[PREDICT_WRONG_ALIAS]" in told["wrong"][1]


def test_info_models_and_unregister_work(told):
    assert "engine" in told["info"]
    assert told["bound"] == ["m"]
    assert told["left"] == []
    assert "bound: none" in told["after"][1]


def test_a_bad_row_is_null_and_counted(told):
    assert told["bad_row"] == [0.5, None, 6.5]
    assert told["counted"] == 1  # by the engine in the JVM; what Python meets is not, on Connect


def test_a_model_is_compiled_and_scored_on_the_server(told):
    assert re.search(r"^engine +compiled$", told["info"], re.MULTILINE)
    assert "engine=compiled" in told["plan"]


def test_two_clients_do_not_see_each_others_models(server, tmp_path):
    other = run(
        """
        from pyspark.sql import SparkSession
        spark = SparkSession.builder.getOrCreate()
        result(spark.sql("SELECT predict_info()").collect()[0][0])
        """,
        SPARK_REMOTE=server,
    )
    assert json.loads(other)["models"] == []
