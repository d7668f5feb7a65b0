# SPDX-License-Identifier: Apache-2.0
"""One jar serves a whole Scala line: on each of its Sparks every class links."""

from __future__ import annotations

import re
import zipfile

import pytest

from fresh import spark_version
from sparkpredict import spark_home
from sparkpredict.worker.conditions import conditions

try:
    from pyspark.errors import AnalysisException
except ImportError:  # before Spark 3.4
    from pyspark.sql.utils import AnalysisException

PARAMETER = re.compile(r"<(\w+)>")


@pytest.fixture(scope="module")
def jvm(spark):
    return spark.sparkContext._jvm


@pytest.fixture(scope="module")
def loader(jvm):
    """The driver's class loader, which has the jars of spark.jars."""
    return jvm.org.apache.spark.util.Utils.getContextOrSparkClassLoader()


def test_every_class_of_the_jar_loads_and_initialises(jvm, loader):
    with zipfile.ZipFile(spark_home.jar(spark_home.find())) as jar:
        members = [name for name in jar.namelist() if name.endswith(".class")]
    names = [name[: -len(".class")].replace("/", ".") for name in members]
    # Those that use ONNX Runtime have a class loader of their own, where it is there at all.
    names = [name for name in names if ".engine.onnx.ort." not in name]
    if spark_version() < (4, 0):  # which does not start the JVM with Java's Vector API
        names.remove("io.sparkpredict.kernel.VectorWordLoops")
    assert "io.sparkpredict.PredictExtensions" in names
    for name in names:
        loaded = jvm.java.lang.Class.forName(name, True, loader)
        # These name their parameter and result types, which must be there too.
        assert loaded.getDeclaredMethods() is not None, name
        assert loaded.getDeclaredConstructors() is not None, name


def test_the_jvm_has_the_same_list_of_errors_as_python(jvm):
    names = jvm.io.sparkpredict.PredictErrors.names()
    assert [names.apply(at) for at in range(names.size())] == list(conditions())


@pytest.mark.parametrize("condition", list(conditions()))
def test_every_error_can_be_made_and_thrown(jvm, condition):
    entry = conditions()[condition]
    parameters = {name: f"({name})" for name in PARAMETER.findall(entry["message"])}
    error = jvm.io.sparkpredict.PredictErrors.make(condition, pairs(jvm, parameters))
    assert error.getClass().getName().endswith("AnalysisException")
    text = PARAMETER.sub(lambda found: parameters[found.group(1)], entry["message"])
    with pytest.raises(AnalysisException) as raised:
        jvm.scala.util.Failure(error).get()
    assert f"[{condition}] {text} SQLSTATE: {entry['sqlState']}" in str(raised.value)


def pairs(jvm, parameters):
    """A Scala Seq of pairs."""
    return jvm.PythonUtils.toSeq([jvm.scala.Tuple2(*pair) for pair in parameters.items()])


@pytest.mark.parametrize("function", ["predict", "predict_info", "predict_models"])
def test_the_functions_are_registered_and_described(spark, function):
    assert spark.sql(f"SHOW FUNCTIONS LIKE '{function}'").count() == 1
    described = spark.sql(f"DESCRIBE FUNCTION {function}").collect()
    assert any(f"{function}(" in row[0] for row in described)


def test_what_is_found_when_rows_are_scored_is_no_error_of_analysis(jvm):
    parameters = {"alias": "m", "digest": "d", "cause": "c", "row": "a = 1"}
    error = jvm.io.sparkpredict.PredictErrors.atRunTime("PREDICT_BAD_ROW", pairs(jvm, parameters))
    assert error.getClass().getSimpleName() in {"SparkRuntimeException", "SparkException"}
    assert "[PREDICT_BAD_ROW] model 'm' (digest d) cannot score a row: c." in error.getMessage()
    if spark_version() >= (3, 5):
        assert error.getErrorClass() == "PREDICT_BAD_ROW"
