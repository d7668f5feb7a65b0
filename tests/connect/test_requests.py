# SPDX-License-Identifier: Apache-2.0
"""Which requests a client makes: none of ours with a query, few when a model is bound."""

from __future__ import annotations

import pytest
from clients import client

SCRIPT = """
import grpc
from collections import Counter
from pyspark.sql.connect.client import DefaultChannelBuilder
from pyspark.sql.connect.session import SparkSession as Session

spark.stop()
seen, OWN = Counter(), {"ReattachExecute", "ReleaseExecute"}

class Counting(
    grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor,
    grpc.StreamUnaryClientInterceptor,
):
    def count(self, continuation, details, request):
        seen[details.method.rpartition("/")[2]] += 1
        return continuation(details, request)
    intercept_unary_unary = intercept_unary_stream = intercept_stream_unary = count

builder = DefaultChannelBuilder(os.environ["SPARK_REMOTE"])
builder.add_interceptor(Counting())
spark = Session.builder.channelBuilder(builder).create()

def requests(call):
    seen.clear()
    call()
    # how a long answer is fetched and let go is the matter of pyspark's own threads
    return {name: count for name, count in seen.items() if name not in OWN}

data = spark.createDataFrame(frame)
data.createOrReplaceTempView("v")
path = saved(sys.argv[1] + "/model")
told = {"first bind": requests(lambda: bind("m", path, spark=spark))}
told["second bind"] = requests(lambda: bind("m", path, spark=spark))
model = sparkpredict.bind_model("DOUBLE", "mlflow", "m", path, spark=spark).register()
F.col("a")  # pyspark asks a conf at the first one
told |= {
    "plain column": requests(lambda: data.select(F.col("a") + F.col("b")).collect()),
    "SQL": requests(lambda: spark.sql("SELECT PREDICT('m', *) FROM v").collect()),
    "plain SQL": requests(lambda: spark.sql("SELECT a + b FROM v").collect()),
    "udf": requests(lambda: data.select(model.udf("m", "a", "b")).collect()),
}
result(told)
spark.stop()
"""


@pytest.fixture(scope="module")
def told(server, tmp_path_factory):
    return client(server, SCRIPT, tmp_path_factory.mktemp("requests"))


@pytest.mark.parametrize(("ours", "plain"), [("SQL", "plain SQL"), ("udf", "plain column")])
def test_a_query_makes_the_requests_that_any_query_makes(told, ours, plain):
    assert told[ours] == told[plain]
    assert told[ours]["ExecutePlan"] >= 1


def test_binding_the_same_model_again_sends_no_file(told):
    assert told["first bind"]["AddArtifacts"] == 2
    assert "AddArtifacts" not in told["second bind"]
