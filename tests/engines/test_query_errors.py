# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a query is Spark's AnalysisException, before anything runs."""

from __future__ import annotations

import pytest
from pyspark.errors import AnalysisException

from fresh import spark_version

# Query, and what its error says. Every position is that of the call.
ERRORS = {
    "an unknown alias": (
        "SELECT PREDICT('nobody', a, b) FROM points",
        (
            "[PREDICT_MODEL_NOT_FOUND] model 'nobody' is not bound in this session; bound: bound. "
            "Call bind_model(...).register() first. SQLSTATE: 42704"
        ),
    ),
    "an unknown alias in WHERE": (
        "SELECT id\nFROM points\nWHERE   PREDICT('nobody', *) > 0",
        "[PREDICT_MODEL_NOT_FOUND] model 'nobody' is not bound",
    ),
    "no alias": (
        "SELECT PREDICT()",
        "[PREDICT_ALIAS_MISSING] PREDICT needs the alias of a bound model as its first argument",
    ),
    "a missing alias": ("SELECT PREDICT(CAST(NULL AS STRING), 1, 2)", "[PREDICT_ALIAS_MISSING]"),
    "a column as the alias": (
        "SELECT PREDICT(k, a, b) FROM points",
        "[PREDICT_ALIAS_NOT_LITERAL] the model alias must be a string literal, found",
    ),
    "a star without an alias": ("SELECT PREDICT(*) FROM points", "[PREDICT_ALIAS_NOT_LITERAL]"),
    "a number as the alias": ("SELECT PREDICT(7, a, b) FROM points", "found 7. Write PREDICT('m'"),
    "too few arguments": (
        "SELECT PREDICT('bound', a) FROM points",
        (
            "[PREDICT_ARGUMENT_COUNT] model 'bound' takes 2 arguments: a, b; the call gives 1. "
            "Give one argument for each feature. SQLSTATE: 42605"
        ),
    ),
    "no arguments": ("SELECT PREDICT('bound')", "takes 2 arguments: a, b; the call gives 0."),
    "too many arguments without names": (
        "SELECT PREDICT('bound', 1, 2, 3)",
        "takes 2 arguments: a, b; the call gives 3.",
    ),
    "other names": (
        "SELECT PREDICT('bound', a, c) FROM (SELECT a, b AS c FROM points)",
        (
            "[PREDICT_ARGUMENT_NAMES] the arguments do not fit the features of model 'bound': "
            "missing b; not a feature: c. Rename the columns to the model's feature names."
        ),
    ),
    "a name that looks like a feature": (
        "SELECT PREDICT('bound', *) FROM (SELECT id, a, b AS `B_` FROM points)",
        "Look-alikes: B_ for b.",
    ),
    "columns by place in the wrong order": (
        "SELECT PREDICT('bound', b, a + 1) FROM points",
        "[PREDICT_ARGUMENT_NAMES]",
    ),
    "a feature twice": (
        "SELECT PREDICT('bound', x.*, y.b) FROM points x JOIN points y ON x.id = y.id",
        "[PREDICT_ARGUMENT_DUPLICATED] feature 'b' of model 'bound' is found 2 times among",
    ),
    "a text for a number": (
        "SELECT PREDICT('bound', a, b) FROM (SELECT a, k AS b FROM points)",
        (
            "[PREDICT_ARGUMENT_TYPE] feature 'b' of model 'bound' is DOUBLE, the argument is "
            "STRING. Cast the argument to DOUBLE if that is what you mean. SQLSTATE: 42846"
        ),
    ),
    "a date for a number": (
        "SELECT PREDICT('bound', 1, DATE'2024-02-29')",
        "is DOUBLE, the argument is DATE.",
    ),
    "an outer join": (
        "SELECT x.id FROM points x LEFT JOIN points y ON PREDICT('bound', x.a, y.b) > 0",
        (
            "[PREDICT_IN_OUTER_JOIN] predict('bound', x.a, y.b) stands in the ON condition of a "
            "LEFT OUTER join and reads both of its sides. Score in a subquery below the join"
        ),
    ),
    "a lambda's variable": (
        "SELECT transform(array(1, 2), x -> PREDICT('bound', x + 1, b)) FROM points",
        "[PREDICT_IN_LAMBDA] predict('bound', ",
    ),
    "an unknown alias in a permanent view": (
        "CREATE VIEW refused AS SELECT PREDICT('nobody', 1, 2)",
        "[PREDICT_MODEL_NOT_FOUND]",
    ),
    "an error in predict_info": ("SELECT predict_info('nobody')", "[PREDICT_MODEL_NOT_FOUND]"),
}


@pytest.mark.parametrize("mistake", list(ERRORS))
def test_an_analysis_exception_names(spark, points, model, mistake):
    query, told = ERRORS[mistake]
    with pytest.raises(AnalysisException) as raised:
        spark.sql(query)
    text = str(raised.value)
    assert told.split(" ", 1)[0].strip("[]") in told
    assert plain(told) in plain(text)
    assert "SQLSTATE: " in text


def plain(text):
    """Without the backticks that some versions put around every name."""
    return text.replace("`", "")


@pytest.mark.parametrize(
    ("query", "position"),
    [
        ("SELECT PREDICT('nobody', a, b) FROM points", "line 1 pos 7"),
        ("SELECT id, a + PREDICT('bound', a) FROM points", "line 1 pos 15"),
        ("SELECT id\nFROM points\nWHERE PREDICT('nobody', *) > 0", "line 3 pos 6"),
        ("SELECT transform(array(1), x -> PREDICT('bound', x, b)) FROM points", "line 1 pos 32"),
        ("SELECT 1 FROM points x LEFT JOIN points y ON PREDICT('bound', x.a, y.b) > 0", "pos 45"),
    ],
)
def test_an_error_says_where_in_the_query_the_call_stands(spark, points, model, query, position):
    with pytest.raises(AnalysisException) as raised:
        spark.sql(query)
    assert position in str(raised.value)


def test_the_condition_and_the_sqlstate_can_be_read_from_the_exception(spark, points, model):
    with pytest.raises(AnalysisException) as raised:
        spark.sql("SELECT PREDICT('nobody', a, b) FROM points")
    if spark_version() >= (4, 0):
        assert raised.value.getCondition() == "PREDICT_MODEL_NOT_FOUND"
    else:
        assert raised.value.getErrorClass() == "PREDICT_MODEL_NOT_FOUND"
    if spark_version() >= (4, 1):
        assert raised.value.getSqlState() == "42704"


@pytest.mark.parametrize("arguments", ["a", "a, b, id"])
def test_a_model_without_a_signature_knows_how_many_features_it_takes(
    spark, points, bind, alias, unsigned, arguments
):
    bind(unsigned)
    count = len(arguments.split(","))
    with pytest.raises(AnalysisException, match="PREDICT_ARGUMENT_COUNT") as raised:
        spark.sql(f"SELECT PREDICT('{alias}', {arguments}) FROM points")
    assert f"model '{alias}' takes 2 arguments; the call gives {count}." in str(raised.value)


def test_a_model_that_only_knows_its_names_takes_them_in_any_order_and_no_others(
    spark, points, bind, alias, pair
):
    bind(pair, "array<double>")
    frame = spark.sql(f"SELECT PREDICT('{alias}', b, a) FROM points")
    assert [row[0] for row in frame.collect()] == pair.scores(points.collect())
    with pytest.raises(AnalysisException, match="PREDICT_ARGUMENT_NAMES"):
        spark.sql(f"SELECT PREDICT('{alias}', a, id) FROM points")
