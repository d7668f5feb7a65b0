# SPDX-License-Identifier: Apache-2.0
"""Delta Lake's extension and ours in one session, wherever Delta's was set.

Only on Spark 3: the newest Spark 4 is ahead of the newest Delta Lake.
"""

import pytest

from fresh import run, spark_version

DELTA = "io.delta.sql.DeltaSparkSessionExtension"
CATALOG = "org.apache.spark.sql.delta.catalog.DeltaCatalog"
PACKAGE = "io.delta:delta-spark_2.12:3.3.2"

SCRIPT = """
import sys
import mlflow, pandas as pd
from sklearn.linear_model import LinearRegression
from pyspark.sql import SparkSession
import sparkpredict
folder, place, package, delta, catalog = sys.argv[1:]
builder = (
    SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    .config("spark.sql.warehouse.dir", folder + "/warehouse")
)
def add_delta(builder):
    return (
        builder.config("spark.jars.packages", package).config("spark.sql.extensions", delta)
        .config("spark.sql.catalog.spark_catalog", catalog)
    )
if place == "before":
    builder = add_delta(builder)
builder = sparkpredict.configure(builder)
if place == "after":
    builder = add_delta(builder)
spark = builder.getOrCreate()
frame = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 5.0]})
mlflow.sklearn.save_model(LinearRegression().fit(frame, frame.a), folder + "/model")
sparkpredict.bind_model("DOUBLE", "mlflow", "m", folder + "/model").register()
spark.createDataFrame(frame).write.format("delta").saveAsTable("points")
spark.sql("CREATE TABLE scores USING delta AS SELECT a, PREDICT('m', *) AS p FROM points")
spark.sql("DELETE FROM scores WHERE a > 1")
result({
    "extensions": spark.sparkContext.getConf().get("spark.sql.extensions"),
    "rows": [[row.a, round(row.p, 6)] for row in spark.table("scores").collect()],
})
"""


@pytest.mark.parametrize("place", ["before", "after", "spark-defaults.conf"])
def test_delta_and_predict_work_together_when_delta_is_set(place, tmp_path):
    if spark_version()[0] != 3:
        pytest.skip("this run's main Spark is 4, for which Delta Lake is not there yet")
    variables = {}
    if place == "spark-defaults.conf":
        settings = {
            "spark.jars.packages": PACKAGE,
            "spark.sql.extensions": DELTA,
            "spark.sql.catalog.spark_catalog": CATALOG,
        }
        text = "\n".join(f"{key} {value}" for key, value in settings.items())
        (tmp_path / "spark-defaults.conf").write_text(text)
        variables["SPARK_CONF_DIR"] = tmp_path
    told = run(SCRIPT, tmp_path, place, PACKAGE, DELTA, CATALOG, **variables)
    assert told["extensions"] == f"{DELTA},io.sparkpredict.PredictExtensions"
    assert told["rows"] == [[1.0, 1.0]]
