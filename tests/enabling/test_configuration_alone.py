# SPDX-License-Identifier: Apache-2.0
"""PREDICT from two configuration keys, with no Python of ours."""

import json
import subprocess

import pytest

from fresh import environment, run, spark_home
from sparkpredict import spark_home as home

JAR = home.jar(home.find())

NAMES = (
    "io.sparkpredict.PredictExtensions",
    "com.microsoft.azure.synapse.ml.predict.SynapsePredictExtensions",
    "com.microsoft.azure.synapse.ml.predict.PredictExtension",
)


@pytest.mark.parametrize("name", NAMES)
def test_a_jar_and_a_class_name_are_all_that_is_needed(name):
    told = run(
        """
        import sys
        from pyspark.sql import SparkSession
        spark = (
            SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
            .config("spark.jars", sys.argv[1]).config("spark.sql.extensions", sys.argv[2])
            .getOrCreate()
        )
        usage = [row[0] for row in spark.sql("DESCRIBE FUNCTION predict").collect()]
        result({
            "info": spark.sql("SELECT predict_info()").collect()[0][0],
            "column": spark.sql("SELECT predict_info()").columns,
            "usage": usage,
            "ours": "sparkpredict" in sys.modules,
        })
        """,
        JAR,
        name,
    )
    info = json.loads(told["info"])
    assert info["models"] == []
    assert info["enabled"] is True
    assert told["column"] == ["predict_info"]
    assert any("Scores each row with the model" in line for line in told["usage"])
    assert not told["ours"]


def test_two_of_our_class_names_at_once_do_no_harm():
    plan = run(
        """
        import sys
        from pyspark.sql import SparkSession
        spark = (
            SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
            .config("spark.jars", sys.argv[1]).config("spark.sql.extensions", sys.argv[2])
            .getOrCreate()
        )
        result(spark.sql("SELECT predict_info() AS info").count())
        """,
        JAR,
        ",".join(NAMES),
    )
    assert plan == 1


def test_the_spark_sql_shell_describes_the_function(tmp_path):
    done = subprocess.run(
        [
            str(spark_home() / "bin" / "spark-sql"),
            *("--master", "local[1]", "--jars", str(JAR)),
            *("--conf", "spark.ui.enabled=false"),
            *("--conf", f"spark.sql.extensions={NAMES[0]}"),
            *("--conf", f"spark.sql.warehouse.dir={tmp_path / 'warehouse'}"),
            *("-e", "DESCRIBE FUNCTION predict; SELECT PREDICT('m', 1)"),
        ],
        cwd=tmp_path,
        env=environment({"SPARK_HOME": spark_home()}),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert "Function: predict" in done.stdout, done.stdout + done.stderr
    assert "[PREDICT_MODEL_NOT_FOUND] model 'm' is not bound" in done.stderr + done.stdout
