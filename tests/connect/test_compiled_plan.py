# SPDX-License-Identifier: Apache-2.0
"""A compiled model of a client scores in the JVM of the server's executors, with its own bits."""

from __future__ import annotations

import pytest
from clients import THIN, client

import connect_server

SCRIPT = """
import struct
from sklearn.ensemble import HistGradientBoostingRegressor

rows = pd.DataFrame(np.random.default_rng(3).normal(size=(600, 2)), columns=["a", "b"])
rows.iloc[::9, 1] = np.nan
trees = HistGradientBoostingRegressor(max_iter=20).fit(rows, rows.a ** 2 - rows.b.fillna(3))
folder = sys.argv[1]
mlflow.sklearn.save_model(
    trees, folder + "/model", pip_requirements=["scikit-learn"], serialization_format="cloudpickle"
)
options = {"engine": "compiled", "nulls": "nan"}
model = bind("m", folder + "/model", **options)
rows.assign(id=range(len(rows))).to_parquet(folder + "/rows.parquet")
data = spark.read.parquet(folder + "/rows.parquet").repartition(4)
data.createOrReplaceTempView("v")
scored = spark.sql("SELECT id, PREDICT('m', a, b) AS p FROM v")
scores = dict(scored.collect())
bits = lambda number: struct.pack(">d", number).hex()
plan = spark.sql("EXPLAIN SELECT PREDICT('m', a, b) FROM v").collect()[0][0]
stream = spark.readStream.schema(data.schema).parquet(folder + "/in")
data.write.parquet(folder + "/in")
query = (
    stream.selectExpr("id", "PREDICT('m', a, b) AS p").writeStream.format("memory").queryName("q")
    .trigger(availableNow=True).start()
)
query.awaitTermination()
streamed = dict(spark.table("q").collect())
told = sorted(scores)
result({
    "found": [bits(scores[at]) for at in told],
    "streamed": [bits(streamed[at]) for at in told],
    "expected": [bits(number) for number in trees.predict(rows).tolist()],
    "engine": model.info().engine, "plan": plan,
})
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    folder = tmp_path_factory.mktemp("compiled")
    with connect_server.running(folder, master="local-cluster[2,1,1024]") as server:
        yield client(server, SCRIPT, folder, python=THIN)


@pytest.mark.parametrize("way", ["found", "streamed"])
def test_a_clients_trees_score_on_the_executors_with_their_own_bits(told, way):
    assert told[way] == told["expected"]


def test_the_plan_of_the_query_names_the_engine(told):
    assert told["engine"] == "compiled"
    assert "engine=compiled: 20 trees" in told["plan"]
