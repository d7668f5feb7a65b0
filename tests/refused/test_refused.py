# SPDX-License-Identifier: Apache-2.0
"""A Spark that no jar serves: its session works with our jar in it, and one sentence says why.

Spark before 3.3, and Spark 3.5 made with Scala 2.13.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from fresh import environment
from sparkpredict import spark_home
from sparkpredict.diagnosis import EXTENSIONS

# What Spark before 3.3 does not ask Java 17 for by itself.
OPENED = (
    "java.nio",
    "sun.nio.ch",
    "java.lang",
    "java.util",
    "java.lang.invoke",
    "sun.util.calendar",
)
JAVA_OPTIONS = " ".join(f"--add-opens=java.base/{name}=ALL-UNNAMED" for name in OPENED)

# The step's own, with the jars that this run is about.
HOME = {name: value for name, value in os.environ.items() if name == "SPARK_HOME"}

SCRIPT = """
import json, os, sys
from pyspark.sql import SparkSession
import sparkpredict
builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")

def error(call):
    try:
        call()
    except Exception as found:
        return [type(found).__name__, str(found).splitlines()[0]]

told = {"configure": error(lambda: sparkpredict.configure(builder))}
spark = (
    builder.config("spark.jars", sys.argv[1]).config("spark.sql.extensions", sys.argv[2])
    .getOrCreate()
)
rows = spark.range(6).selectExpr("id % 2 AS k", "id")
told["rows"] = sorted(list(row) for row in rows.groupBy("k").sum("id").collect())
told["rows of another session"] = spark.newSession().sql("SELECT 1 + 1").collect()[0][0]
told["query"] = error(lambda: spark.sql("SELECT PREDICT('m', 1)"))
told["bind"] = error(lambda: sparkpredict.bind_model("INT", "mlflow", "m", "nowhere"))
told["versions"] = [spark.version, spark._jvm.scala.util.Properties.versionNumberString()]
print("TOLD " + json.dumps(told), flush=True)
"""


@pytest.fixture(scope="module", params=["2.12", "2.13"])
def jar(request):
    """Each of our jars, whichever a user took."""
    return request.param


@pytest.fixture(scope="module")
def told(jar, tmp_path_factory):
    """What the session answered, and its log."""
    path = spark_home.jar(spark_home.SparkHome(tmp_path_factory.mktemp("none"), "", jar))
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(path), ",".join(EXTENSIONS)],
        cwd=tmp_path_factory.mktemp("session"),
        env=environment(
            {"JDK_JAVA_OPTIONS": JAVA_OPTIONS, "SPARK_HOME": os.environ.get("SPARK_HOME")}
        ),
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("TOLD ")]
    assert lines, done.stdout + done.stderr
    return {**json.loads(lines[0][len("TOLD ") :]), "log": done.stderr}


def test_the_session_works_as_one_without_the_jar(told):
    assert told["rows"] == [[0, 6], [1, 9]]
    assert told["rows of another session"] == 2
    assert told["query"][0] == "AnalysisException"
    assert "PREDICT" in told["query"][1].upper()


def test_its_log_says_once_what_is_supported(told, jar):
    spark, scala = told["versions"]
    served = {"2.12": "3.3 to 3.5", "2.13": "4.0 and later"}[jar]
    sentence = (
        f"PREDICT is not added: this jar of spark-predict serves Spark {served} on Scala {jar}, "
        f"and this is Spark {spark} on Scala {scala}."
    )
    assert told["log"].count(sentence) == 1, told["log"]


def test_python_refuses_before_and_after_the_session_starts(told):
    spark, scala = told["versions"]
    wanted = "is too old" if scala.startswith("2.12") else "Scala 2.13"
    for kind, text in (told["configure"], told["bind"]):
        assert kind == "ConfigurationError"
        assert f"Spark {spark}" in text
        assert wanted in text
