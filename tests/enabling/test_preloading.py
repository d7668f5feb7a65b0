# SPDX-License-Identifier: Apache-2.0
"""Workers that are forked from our daemon have the models' libraries already."""

import pytest

import saved
from fresh import run

SCRIPT = """
import sys
from pyspark.sql import SparkSession, functions as F
import sparkpredict
builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
if sys.argv[2]:
    builder = builder.config("spark.python.daemon.module", sys.argv[2])
spark = sparkpredict.configure(builder).getOrCreate()

@F.udf("string")
def there(row):
    import sys
    return ",".join(name for name in ("mlflow.pyfunc", "sklearn.tree") if name in sys.modules)

libraries = spark.range(1).select(there("id")).collect()[0][0]
sparkpredict.bind_model("DOUBLE", "mlflow", "m", sys.argv[1], engine="python").register()
rows = spark.range(0, 4, 1, 2).selectExpr("CAST(id AS DOUBLE) AS a", "1D AS b")
rows.createOrReplaceTempView("v")
result([libraries, [r[0] for r in spark.sql("SELECT PREDICT('m', *) FROM v").collect()]])
"""
SCORES = [-0.5, 1.5, 3.5, 5.5]


@pytest.mark.parametrize(
    ("module", "named", "there"),
    [
        pytest.param("", None, "", id="Spark's own daemon"),
        pytest.param("sparkpredict.worker.daemon", None, "mlflow.pyfunc", id="ours"),
        pytest.param(
            "sparkpredict.worker.daemon", "sklearn.tree", "sklearn.tree", id="with others named"
        ),
    ],
)
def test_a_new_worker_finds_imported(tmp_path, module, named, there):
    model = saved.regression(tmp_path, signed=True)
    told = run(SCRIPT, model, module, SPARKPREDICT_PRELOAD=named)
    assert told == [there, SCORES]
