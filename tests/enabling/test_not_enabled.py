# SPDX-License-Identifier: Apache-2.0
"""A session without PREDICT: Spark only logs a warning, Python says what is wrong and the cure."""

import pytest

from fresh import run

SCRIPT = """
import sys
from pyspark.sql import SparkSession
import sparkpredict
builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
if sys.argv[1]:
    builder = builder.config("spark.sql.extensions", sys.argv[1])
spark = builder.getOrCreate()
try:
    sparkpredict.bind_model("INT", "mlflow", "m", "nowhere")
except sparkpredict.PredictError as error:
    result([type(error).__name__, error.condition, str(error)])
"""


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
    kind, condition, text = run(SCRIPT, extensions)
    assert kind == "ConfigurationError"
    assert condition == "PREDICT_NOT_CONFIGURED"
    assert sentence in text
    assert text.count("\n") == 0


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
