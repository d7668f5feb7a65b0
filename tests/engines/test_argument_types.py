# SPDX-License-Identifier: Apache-2.0
"""The table of types, cell by cell: what is refused, and what the model gets of the rest."""

from __future__ import annotations

import json
import pkgutil

import pytest
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, DataType, Schema
from pyspark.errors import AnalysisException, ParseException

import saved
import sparkpredict

TABLE = json.loads(pkgutil.get_data("sparkpredict", "resources/argument-types.json"))

# A value of each type, and what Python shows of it as it is.
VALUES = {
    "boolean": ("TRUE", "True"),
    "tinyint": ("CAST(7 AS TINYINT)", "7"),
    "smallint": ("CAST(7 AS SMALLINT)", "7"),
    "int": ("7", "7"),
    "bigint": ("7L", "7"),
    "float": ("CAST(1.5 AS FLOAT)", "1.5"),
    "double": ("1.5D", "1.5"),
    "decimal(p,0)": ("CAST(7 AS DECIMAL(10,0))", "7"),
    "decimal(p,s)": ("1.25BD", "1.25"),
    "string": ("'x'", "x"),
    "binary": ("X'01'", "b'\\x01'"),
    "date": ("DATE '2024-01-02'", "2024-01-02"),
    "timestamp": ("TIMESTAMP '2024-01-02 03:04:05'", "2024-01-02 03:04:05"),
    "timestamp_ntz": ("TIMESTAMP_NTZ '2024-01-02 03:04:05'", "2024-01-02 03:04:05"),
    "time": ("TIME '03:04:05'", "03:04:05"),
    "interval day to second": ("INTERVAL '1' DAY", "1 days 00:00:00"),
    "interval year to month": ("INTERVAL '1' YEAR", None),
    "interval": ("make_interval(1, 2)", None),
    "variant": ("parse_json('1')", None),
    "void": ("NULL", None),
}
MODEL_TYPES = ("boolean", "integer", "long", "float", "double", "string", "binary", "datetime")


def shown(frame):
    """What the model was given, as text."""
    return [str(value) for value in frame.iloc[:, 0]]


def counted(frame):
    """A sum with a model of which only the name of the feature is known."""
    return frame["a"] + 0


@pytest.fixture(scope="module", params=MODEL_TYPES)
def typed(request, spark, tmp_path_factory):
    """A model with one feature of an MLflow type, and that type's name."""
    signature = ModelSignature(
        Schema([ColSpec(DataType[request.param], "a")]), Schema([ColSpec(DataType.string)])
    )
    folder = saved.pyfunc(tmp_path_factory.mktemp("typed"), shown, signature=signature)
    alias = f"typed_{request.param}"
    model = sparkpredict.bind_model("STRING", "mlflow", alias, str(folder), spark=spark)
    model.register()
    yield model, request.param, answers(spark, model, request.param)
    model.unregister()


def answers(spark, model, model_type):
    """What a model says of a value of each type that fits, in one query."""
    fitting = [
        kind
        for kind, (value, _) in VALUES.items()
        if TABLE[kind][model_type] != "refused" and kind != "void" and parsed(spark, value)
    ]
    scores = spark.sql(" UNION ALL ".join(f"SELECT '{k}', {call(model, k)}" for k in fitting))
    return {row[0]: row[1] for row in scores.collect()}


def call(model, kind):
    return f"PREDICT('{model.alias}', a) FROM (SELECT {VALUES[kind][0]} AS a)"


def parsed(spark, text):
    """Whether this Spark knows such values."""
    try:
        spark.sql(f"SELECT {text}")
    except (AnalysisException, ParseException):
        return False
    return True


@pytest.mark.parametrize("kind", list(TABLE))
def test_a_cell_is_what_the_table_says(spark, typed, kind):
    (model, model_type, answered), (value, text) = typed, VALUES[kind]
    if not parsed(spark, value):
        pytest.skip(f"this Spark has no {kind}")
    if TABLE[kind][model_type] == "refused":
        with pytest.raises(AnalysisException, match=r"PREDICT_ARGUMENT_TYPE.*feature 'a'"):
            spark.sql(f"SELECT {call(model, kind)}")
    elif kind == "void":
        spark.sql(f"SELECT {call(model, kind)}")
    else:
        assert _same(answered[kind], text), (answered[kind], text)


def _same(answer, text):
    """Equal as numbers where both are; a date becomes midnight."""
    try:
        return float(answer) == float({"True": 1, "False": 0}.get(text, text))
    except ValueError:
        return answer.startswith(text)


def test_the_table_has_all_types_and_the_tests_have_the_table():
    assert list(VALUES) == list(TABLE)
    assert all(list(cells) == [*MODEL_TYPES, "any"] for cells in TABLE.values())
    known = {"same", "widened", "narrowed", "refused", "double"}
    assert {cell for cells in TABLE.values() for cell in cells.values()} <= known


@pytest.mark.parametrize("kind", list(TABLE))
def test_a_feature_of_no_type_takes_what_python_can_be_given(spark, bind, regression, kind):
    """scikit-learn knows names alone: with no signature nothing says a type."""
    value, _ = VALUES[kind]
    if not parsed(spark, value):
        pytest.skip(f"this Spark has no {kind}")
    unsigned = bind(saved.without_signature(regression))
    query = f"SELECT PREDICT('{unsigned.alias}', a, b) FROM (SELECT {value} AS a, 0D AS b)"
    if TABLE[kind]["any"] == "refused":
        with pytest.raises(AnalysisException, match="PREDICT_ARGUMENT_TYPE"):
            spark.sql(query)
    else:
        spark.sql(query)
    if kind.startswith(("decimal", "tiny", "big", "float", "bool")):
        (score,) = spark.sql(query).first()
        assert score == 2 * float({"TRUE": 1}.get(value, VALUES[kind][1])) + 0.5
