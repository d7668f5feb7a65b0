# SPDX-License-Identifier: Apache-2.0
"""`configure` adds to what is set, wherever it is set, in Spark's order; it replaces nothing."""

from __future__ import annotations

import os
import shlex

import pytest
from pyspark.sql import SparkSession

import sparkpredict
from sparkpredict import spark_home, spark_options
from sparkpredict.session import EXTENSION, EXTENSIONS

JAR = str(spark_home.jar(spark_home.find()))
JARS = "spark.jars"
RULES = "spark.sql.extensions"
PACKAGES = "spark.jars.packages"
RUNTIME = "com.microsoft.onnxruntime:onnxruntime"


@pytest.fixture(autouse=True)
def _nothing_is_set(tmp_path, monkeypatch):
    """No Spark of this machine has a say."""
    monkeypatch.setattr(spark_options, "_running", lambda key: None)
    monkeypatch.setenv("SPARK_CONF_DIR", str(tmp_path))
    for name in ("PYSPARK_SUBMIT_ARGS", "SPARK_REMOTE"):
        monkeypatch.delenv(name, raising=False)


def configured(*, onnx=False, **options):
    builder = SparkSession.builder
    for key, value in options.items():
        builder.config(key, value)
    sparkpredict.configure(builder, onnx=onnx)
    return builder._options


def submitted(option):
    """The values of an option in PYSPARK_SUBMIT_ARGS."""
    arguments = shlex.split(os.environ["PYSPARK_SUBMIT_ARGS"])
    return [value for name, value in zip(arguments, arguments[1:]) if name == option]


def test_alone_it_adds_the_jar_and_the_extension():
    options = configured()
    assert (options[JARS], options[RULES]) == (JAR, EXTENSION)


def test_other_options_of_the_builder_stay():
    assert configured(**{"spark.ui.enabled": "false"})["spark.ui.enabled"] == "false"


def test_what_the_builder_has_stays_in_front_in_its_order():
    options = configured(**{JARS: "b.jar, a.jar", RULES: "x.Y,a.B"})
    assert options[JARS] == f"b.jar,a.jar,{JAR}"
    assert options[RULES] == f"x.Y,a.B,{EXTENSION}"


def test_twice_is_as_once():
    builder = SparkSession.builder.config(RULES, "x.Y")
    once = dict(sparkpredict.configure(builder)._options)
    assert sparkpredict.configure(builder)._options == once


@pytest.mark.parametrize("name", EXTENSIONS)
def test_a_class_name_of_ours_is_enough(name):
    assert configured(**{RULES: f"x.Y,{name},z.Z"})[RULES] == f"x.Y,{name},z.Z"


@pytest.mark.parametrize(
    "line",
    [
        "spark.sql.extensions x.Y",
        "spark.sql.extensions=x.Y",
        "  spark.sql.extensions  =  x.Y  ",
        "spark.sql.extensions: x.Y",
        "spark.sql.extensions\tx.Y",
        "spark.sql.extensions old.Z\nspark.sql.extensions x.Y",
        "spark.sql.extensions \\\n  x.Y",
    ],
)
def test_what_spark_defaults_has_is_kept(tmp_path, line):
    text = f"# spark.sql.extensions no.No\n! no\n\nspark.jars a.jar\n{line}\nspark.x y\n"
    (tmp_path / "spark-defaults.conf").write_text(text)
    options = configured()
    assert options[RULES] == f"x.Y,{EXTENSION}"
    assert options[JARS] == f"a.jar,{JAR}"


def test_the_builder_wins_over_spark_defaults(tmp_path):
    (tmp_path / "spark-defaults.conf").write_text("spark.jars a.jar\nspark.sql.extensions x.Y\n")
    options = configured(**{JARS: "b.jar"})
    assert options[JARS] == f"b.jar,{JAR}"
    assert options[RULES] == f"x.Y,{EXTENSION}"


def test_without_a_conf_folder_it_is_that_of_spark_home(tmp_path, monkeypatch):
    monkeypatch.delenv("SPARK_CONF_DIR")
    for folder in ("jars", "conf"):
        (tmp_path / folder).mkdir()
    (tmp_path / "jars" / "spark-core_2.12-3.5.0.jar").touch()
    (tmp_path / "conf" / "spark-defaults.conf").write_text("spark.sql.extensions x.Y\n")
    monkeypatch.setenv("SPARK_HOME", str(tmp_path))
    assert configured()[RULES] == f"x.Y,{EXTENSION}"


@pytest.mark.parametrize(
    ("arguments", "first"),
    [
        pytest.param("--jars a.jar pyspark-shell", "--jars", id="an option"),
        pytest.param("--jars=a.jar pyspark-shell", "--jars", id="an option with an equals sign"),
        pytest.param("--conf spark.jars=a.jar pyspark-shell", "--conf", id="a conf"),
        pytest.param("-c spark.jars=a.jar pyspark-shell", "-c", id="a conf, in short"),
        pytest.param(
            "--master local --conf spark.jars=no.jar --jars a.jar pyspark-shell",
            "--jars",
            id="the option wins over the conf",
        ),
    ],
)
def test_jars_of_the_submit_arguments_stay_in_front_and_get_ours_too(monkeypatch, arguments, first):
    """Spark takes the submit arguments before the builder: ours must stand in them as well."""
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", arguments)
    merged = configured(**{JARS: "b.jar"})[JARS]
    assert merged == f"a.jar,b.jar,{JAR}"
    assert merged in os.environ["PYSPARK_SUBMIT_ARGS"]
    assert os.environ["PYSPARK_SUBMIT_ARGS"].endswith("pyspark-shell")


def test_extensions_of_the_submit_arguments_stay_in_front_and_get_ours_too(monkeypatch):
    monkeypatch.setenv(
        "PYSPARK_SUBMIT_ARGS",
        f"--conf {RULES}=x.Y --conf spark.a='b c' --packages g:a:1 pyspark-shell",
    )
    assert configured()[RULES] == f"x.Y,{EXTENSION}"
    assert submitted("--conf") == [f"{RULES}=x.Y,{EXTENSION}", "spark.a=b c"]
    assert submitted("--packages") == ["g:a:1"]
    assert "PYSPARK_SUBMIT_ARGS" in os.environ
    assert "--jars" not in os.environ["PYSPARK_SUBMIT_ARGS"]


def test_a_properties_file_stands_for_spark_defaults(tmp_path, monkeypatch):
    (tmp_path / "spark-defaults.conf").write_text("spark.sql.extensions no.No\n")
    (tmp_path / "mine.conf").write_text("spark.sql.extensions x.Y\n")
    monkeypatch.setenv(
        "PYSPARK_SUBMIT_ARGS", f"--properties-file {tmp_path / 'mine.conf'} pyspark-shell"
    )
    assert configured()[RULES] == f"x.Y,{EXTENSION}"


def test_what_a_running_jvm_has_is_kept(monkeypatch):
    monkeypatch.setattr(spark_options, "_running", {RULES: "x.Y", JARS: "a.jar"}.get)
    options = configured()
    assert options[RULES] == f"x.Y,{EXTENSION}"
    assert options[JARS] == f"a.jar,{JAR}"


def test_a_client_of_a_running_server_is_left_alone(monkeypatch):
    assert JARS not in configured(**{"spark.remote": "sc://host"})
    assert configured(**{"spark.remote": "local[2]"})[JARS] == JAR
    monkeypatch.setenv("SPARK_REMOTE", "sc://host")
    assert JARS not in configured()


def test_onnx_runtime_is_a_package_if_it_is_asked_for():
    assert PACKAGES not in configured()
    assert configured(onnx=True)[PACKAGES].startswith(f"{RUNTIME}:1.")


def test_packages_of_the_user_stay_in_front():
    found = configured(onnx=True, **{PACKAGES: "a:b:1, a:c:2"})[PACKAGES].split(",")
    assert found[:2] == ["a:b:1", "a:c:2"]
    assert [part.rpartition(":")[0] for part in found[2:]] == [RUNTIME]


def test_a_version_of_onnx_runtime_that_is_there_stays():
    assert configured(onnx=True, **{PACKAGES: f"{RUNTIME}:1.22.0"})[PACKAGES] == f"{RUNTIME}:1.22.0"
    both = configured(onnx=True, **{PACKAGES: f"{RUNTIME}_gpu:1.8.1"})[PACKAGES].split(",")
    assert [part.rpartition(":")[0] for part in both] == [f"{RUNTIME}_gpu", RUNTIME]


def test_packages_in_the_submit_arguments_are_added_to(monkeypatch):
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", "--packages a:b:1 pyspark-shell")
    configured(onnx=True)
    (found,) = submitted("--packages")
    assert found.startswith(f"a:b:1,{RUNTIME}:")
