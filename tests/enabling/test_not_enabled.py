# SPDX-License-Identifier: Apache-2.0
"""A session without PREDICT: Spark only logs a warning, Python says what is wrong and the cure.

Where it may, Python adds PREDICT itself; see ``tests/versions/test_attaching.py``.
"""

import pytest

import sparkpredict
from fresh import run

SCRIPT = """
import sys
from pyspark.sql import SparkSession
import sparkpredict
builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
if sys.argv[1]:
    builder = builder.config("spark.sql.extensions", sys.argv[1])
if sys.argv[2] != "may attach":
    builder = builder.config("spark.synapse.ml.predict.attach.enabled", "false")
spark = builder.getOrCreate()
try:
    sparkpredict.bind_model("INT", "mlflow", "m", "nowhere")
except sparkpredict.PredictError as error:
    result([type(error).__name__, error.condition, str(error)])
"""
ATTACHING = "and spark.synapse.ml.predict.attach.enabled is false"


@pytest.mark.parametrize(
    ("extensions", "sentence"),
    [
        pytest.param("", "spark.sql.extensions does not name the extension", id="nothing-set"),
        pytest.param(
            "io.sparkpredict.PredictExtensions",
            "its jar was not on the driver's class path",
            id="jar-missing",
        ),
        pytest.param(
            "io.sparkpredict.Predictions",
            "names io.sparkpredict.Predictions, which is not a class of spark-predict",
            id="class-name-wrong",
        ),
    ],
)
def test_binding_says_what_is_missing(extensions, sentence):
    kind, condition, text = run(SCRIPT, extensions, "may not attach")
    assert kind == "ConfigurationError"
    assert condition == "PREDICT_NOT_CONFIGURED"
    assert sentence in text
    assert ATTACHING in text
    assert text.count("\n") == 0


def test_what_cannot_be_added_is_refused_with_what_to_set(tmp_path):
    broken = tmp_path / "jars"
    broken.mkdir()
    script = (
        "import sparkpredict.spark_home\n"
        f"sparkpredict.spark_home._JARS = __import__('pathlib').Path({str(broken)!r})\n" + SCRIPT
    )
    kind, condition, text = run(script, "", "may attach")
    assert (kind, condition) == ("ConfigurationError", "PREDICT_JAR_MISSING")
    for name in ("2.12", "2.13"):
        (broken / f"spark-predict_{name}-{sparkpredict.__version__}.jar").write_bytes(b"no zip")
    kind, condition, text = run(script, "", "may attach")
    assert (kind, condition) == ("ConfigurationError", "PREDICT_NOT_CONFIGURED")
    assert "and it cannot be added (java.lang.ClassNotFoundException: io.sparkpredict." in text
    assert "Stop the session and start it with sparkpredict.configure(builder)" in text


def test_binding_without_a_session_says_so():
    told = run(
        """
        import sparkpredict
        try:
            sparkpredict.bind_model("INT", "mlflow", "m", "nowhere")
        except sparkpredict.PredictError as error:
            result(str(error))
        """
    )
    assert "there is no active session" in told
