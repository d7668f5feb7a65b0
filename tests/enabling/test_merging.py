# SPDX-License-Identifier: Apache-2.0
"""`configure` adds to what a user has set, wherever it was set, and keeps its order."""

import shutil

import pytest

from fresh import run
from sparkpredict import spark_home as home
from sparkpredict.session import EXTENSION

JAR = home.jar(home.find())

START = """
import sys
from pyspark.sql import SparkSession
import sparkpredict
builder = (
    SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    .config("spark.sql.shuffle.partitions", "1")
)
def told(spark):
    conf = spark.sparkContext.getConf()
    loader = spark._jvm.java.lang.Thread.currentThread().getContextClassLoader()
    result({
        "jars": [jar.rpartition("/")[2] for jar in conf.get("spark.jars").split(",")],
        "extensions": conf.get("spark.sql.extensions").split(","),
        "models": list(sparkpredict.models(spark)),
        "other": loader.getResource("theirs.txt") is not None,
    })
"""


@pytest.fixture
def theirs(tmp_path):
    """A jar of the user's own, with one file in it."""
    folder = tmp_path / "content"
    folder.mkdir()
    (folder / "theirs.txt").write_text("theirs")
    return shutil.make_archive(str(tmp_path / "theirs"), "zip", folder)


@pytest.fixture
def their_jar(theirs, tmp_path):
    jar = tmp_path / "theirs.jar"
    shutil.copyfile(theirs, jar)
    return jar


# An extension that every Spark has: a class of ours under its other name stands for the user's.
THEIRS = "com.microsoft.azure.synapse.ml.predict.PredictExtension"


def test_a_jar_in_the_builder_stays_first(their_jar):
    told = run(
        START
        + """
builder = builder.config("spark.jars", sys.argv[1])
told(sparkpredict.configure(builder).getOrCreate())
""",
        their_jar,
    )
    assert told == {
        "jars": ["theirs.jar", JAR.name],
        "extensions": [EXTENSION],
        "models": [],
        "other": True,
    }


def test_what_is_set_after_configure_is_kept_too(their_jar):
    told = run(
        START
        + """
builder = sparkpredict.configure(builder).config("spark.jars", sys.argv[1])
told(builder.getOrCreate())
""",
        their_jar,
    )
    assert told["jars"] == ["theirs.jar", JAR.name]
    assert told["extensions"] == [EXTENSION]
    assert told["other"]


@pytest.mark.parametrize("form", ["--jars {jar}", "--conf spark.jars={jar}"])
def test_a_jar_in_the_submit_arguments_stays(their_jar, form):
    told = run(
        START + "told(sparkpredict.configure(builder).getOrCreate())",
        PYSPARK_SUBMIT_ARGS=form.format(jar=their_jar) + " pyspark-shell",
    )
    assert told["jars"] == ["theirs.jar", JAR.name]
    assert told["other"]


def test_the_defaults_file_is_added_to_and_not_replaced(their_jar, tmp_path):
    (tmp_path / "spark-defaults.conf").write_text(
        f"# a comment\nspark.jars   {their_jar}\nspark.sql.extensions={THEIRS}\n"
    )
    told = run(
        START + "told(sparkpredict.configure(builder).getOrCreate())", SPARK_CONF_DIR=tmp_path
    )
    assert told["jars"] == ["theirs.jar", JAR.name]
    assert told["extensions"] == [THEIRS]
    assert told["other"]


def test_configuring_twice_changes_nothing(their_jar):
    told = run(
        START
        + """
builder = sparkpredict.configure(sparkpredict.configure(builder))
told(builder.getOrCreate())
"""
    )
    assert told["jars"] == [JAR.name]
    assert told["extensions"] == [EXTENSION]
