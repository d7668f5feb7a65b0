# SPDX-License-Identifier: Apache-2.0
"""The jar is picked by the Spark that will start, not by the pyspark that is imported."""

from __future__ import annotations

from pathlib import Path

import pyspark
import pytest

from sparkpredict import spark_home
from sparkpredict.errors import ConfigurationError


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Makes a folder that looks like a Spark, and sets SPARK_HOME to it."""

    def make(core):
        (tmp_path / "jars").mkdir()
        (tmp_path / "jars" / "scala-library-2.12.15.jar").touch()
        (tmp_path / "jars" / core).touch()
        monkeypatch.setenv("SPARK_HOME", str(tmp_path))

    return make


@pytest.mark.parametrize(
    ("version", "scala"),
    [
        ("3.3.4", "2.12"),
        ("3.5.0", "2.12"),
        ("3.5.1-amzn-1", "2.12"),
        ("3.5.1.5.4.20240407-118486985", "2.12"),
        ("4.0.0-preview1", "2.13"),
        ("4.3.0", "2.13"),
        ("5.0.0", "2.13"),
    ],
)
def test_spark_and_scala_are_read_from_the_core_jar(home, version, scala):
    home(f"spark-core_{scala}-{version}.jar")
    found = spark_home.find()
    assert (found.spark, found.scala) == (version, scala)
    assert spark_home.jar(found).name.startswith(f"spark-predict_{scala}-")


def test_without_a_spark_home_it_is_the_installed_pyspark(monkeypatch):
    monkeypatch.delenv("SPARK_HOME", raising=False)
    found = spark_home.find()
    assert found.folder == Path(pyspark.__file__).parent
    assert found.spark == pyspark.__version__


def test_a_spark_that_is_too_old_is_refused_in_one_sentence(home):
    home("spark-core_2.12-3.2.4.jar")
    with pytest.raises(ConfigurationError, match="PREDICT_NOT_CONFIGURED") as raised:
        spark_home.find()
    assert "Spark 3.2.4" in str(raised.value)
    assert "is too old. Use Spark 3.3 or newer." in str(raised.value)


@pytest.mark.parametrize(
    ("version", "scala"), [("3.5.1", "2.13"), ("3.3.4", "2.13"), ("4.0.0", "2.12")]
)
def test_a_scala_line_that_spark_does_not_have_is_refused(home, version, scala):
    home(f"spark-core_{scala}-{version}.jar")
    with pytest.raises(ConfigurationError, match="PREDICT_SCALA_UNSUPPORTED") as raised:
        spark_home.find()
    assert f"Spark {version} with Scala {scala}" in str(raised.value)


def test_a_folder_without_spark_is_an_error_that_names_it(tmp_path, monkeypatch):
    monkeypatch.setenv("SPARK_HOME", str(tmp_path))
    with pytest.raises(ConfigurationError, match="PREDICT_NOT_CONFIGURED") as raised:
        spark_home.find()
    assert f"there is no Spark in {tmp_path}" in str(raised.value)


def test_an_installation_without_the_jar_names_scala_and_folder(home, tmp_path, monkeypatch):
    home("spark-core_2.12-3.5.0.jar")
    monkeypatch.setattr(spark_home, "_JARS", tmp_path / "no jars")
    with pytest.raises(ConfigurationError, match="PREDICT_JAR_MISSING") as raised:
        spark_home.jar(spark_home.find())
    assert "no jar for Scala 2.12" in str(raised.value)
    assert str(tmp_path / "no jars") in str(raised.value)
