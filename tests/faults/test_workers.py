# SPDX-License-Identifier: Apache-2.0
"""Executors in processes of their own, with a Python that has never seen this package."""

import socket

import pytest

from fresh import ROOT, run, spark_home, spark_version

WORKER = ROOT / ".venv" / "envs" / "worker" / "bin" / "python"

CLUSTER = """
import os, sys
import numpy as np, pandas as pd, mlflow
from sklearn.linear_model import LinearRegression
from pyspark.sql import SparkSession, functions as F
import sparkpredict
spark = (
    sparkpredict.configure(SparkSession.builder.master("local-cluster[2,1,1024]"))
    .config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", "2")
    .config("spark.executor.memory", "1g").config("spark.task.maxFailures", "1")
    .getOrCreate()
)
spark.sparkContext.setLogLevel("ERROR")
def error(call):
    try:
        call()
    except Exception as found:
        return str(found)
"""


def cluster(script, *arguments):
    return run(
        CLUSTER + script,
        *arguments,
        SPARK_HOME=spark_home(),
        PYSPARK_PYTHON=WORKER,
        PYSPARK_DRIVER_PYTHON=None,
    )


def test_workers_need_neither_our_package_nor_anything_sent_twice(tmp_path):
    told = cluster(
        """
folder = sys.argv[1]
frame = pd.DataFrame(np.random.default_rng(7).normal(size=(200, 2)), columns=["a", "b"])
estimator = LinearRegression().fit(frame, 2 * frame.a - frame.b)
# exact steps: with others BLAS answers with other last bits for another size of batch
estimator.coef_, estimator.intercept_ = np.array([2.0, -1.0]), 0.5
mlflow.sklearn.save_model(estimator, folder + "/model")
def bind(returns, alias):
    return sparkpredict.bind_model(
        returns, "mlflow", alias, folder + "/model", engine="python"
    ).register()

model = bind("DOUBLE", "m")
bind("INT", "again")
data = spark.createDataFrame(frame).repartition(8)
data.createOrReplaceTempView("v")
rows = spark.sql("SELECT a, b, PREDICT('m', *) AS p FROM v").toPandas()

@F.udf("string")
def there(x):
    try:
        import sparkpredict
        return "sparkpredict is installed"
    except ImportError:
        return "no sparkpredict"
result({
    "there": [r[0] for r in spark.range(0, 8, 1, 8).select(there("id")).distinct().collect()],
    "same": bool(np.array_equal(rows.p, estimator.predict(rows[["a", "b"]]))),
    "files": sorted(f.rpartition("/")[2] for f in spark.sparkContext.listFiles)
        if hasattr(spark.sparkContext, "listFiles") else None,
})
""",
        tmp_path,
    )
    assert told["there"] == ["no sparkpredict"]
    assert told["same"]
    if spark_version() >= (3, 4):
        assert len([name for name in told["files"] if name.endswith(".zip")]) == 2, told["files"]


@pytest.fixture
def only_on_the_driver(tmp_path):
    """A module that the driver finds and the workers do not."""
    folder = tmp_path / "modules"
    folder.mkdir()
    (folder / "driver_side.py").write_text(
        "import mlflow\n"
        "class Model(mlflow.pyfunc.PythonModel):\n"
        "    def predict(self, context, model_input, params=None):\n"
        "        return model_input.iloc[:, 0]\n"
    )
    return folder


def test_a_library_that_a_worker_lacks_is_named_with_host_and_pip_line(
    tmp_path, only_on_the_driver
):
    text = cluster(
        """
folder, modules = sys.argv[1:]
sys.path.insert(0, modules)
import driver_side
mlflow.pyfunc.save_model(folder + "/model", python_model=driver_side.Model())
sparkpredict.bind_model("DOUBLE", "mlflow", "m", folder + "/model").register()
result(error(lambda: spark.sql("SELECT PREDICT('m', 1.0D)").collect()))
""",
        tmp_path,
        only_on_the_driver,
    )
    assert (
        "[PREDICT_MODEL_LIBRARY_MISSING] model 'm' needs the Python package 'driver_side', "
        f"which is missing on {socket.gethostname()}. Install it there: pip install driver_side"
    ) in text
