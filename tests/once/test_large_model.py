# SPDX-License-Identifier: Apache-2.0
"""A model of three gigabytes goes from its folder to a worker without passing through memory."""

from fresh import run

GIGABYTE = 1 << 30

SCRIPT = """
import os, resource, sys
import mlflow
from pyspark.sql import SparkSession
import sparkpredict

class Large(mlflow.pyfunc.PythonModel):
    def load_context(self, context):
        self.size = os.path.getsize(context.artifacts["weights"])
    def predict(self, context, model_input, params=None):
        return [float(self.size)] * len(model_input)

folder = sys.argv[1]
with open(folder + "/weights.bin", "wb") as weights:
    weights.truncate(16)
mlflow.pyfunc.save_model(
    folder + "/model", python_model=Large(), artifacts={"weights": folder + "/weights.bin"}
)
os.truncate(folder + "/model/artifacts/weights.bin", int(sys.argv[2]))
os.mkdir(folder + "/shared")
spark = sparkpredict.configure(
    SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    .config("spark.driver.memory", "600m").config("spark.local.dir", folder + "/local")
).getOrCreate()
spark.conf.set("spark.synapse.ml.predict.ship.folder", folder + "/shared")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
model = sparkpredict.bind_model("DOUBLE", "mlflow", "large", folder + "/model").register()
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
row = spark.sql("SELECT PREDICT('large', 1.0D) AS size").collect()[0]
result({
    "grown": (after - before) * 1024,
    "size": row["size"],
    "notes": model.info().details["model"]["notes"],
})
"""


def test_three_gigabytes_bind_and_ship_with_flat_memory(tmp_path):
    told = run(SCRIPT, tmp_path, 3 * GIGABYTE, TMPDIR=tmp_path, seconds=600)
    assert told["size"] == 3 * GIGABYTE
    assert told["grown"] < 200 * (1 << 20), told["grown"]
    assert told["notes"] == ["not loaded when bound: larger than probe.maxModelBytes"]
