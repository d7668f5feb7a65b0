# SPDX-License-Identifier: Apache-2.0
"""`model.udf(lit(alias), ...)`: the same call as a Column."""

from __future__ import annotations

import pytest
from formula import f, scores
from pyspark.errors import AnalysisException
from pyspark.sql import functions as F  # noqa: N812 (everybody's name for it)
from pyspark.sql.functions import col, expr, lit


def column(frame):
    return [row[0] for row in frame.collect()]


# A Column can be made only where a session is.
ARGUMENTS = {
    "names": lambda: ("a", "b"),
    "columns": lambda: (col("a"), col("b")),
    "both, in another order": lambda: ("b", col("a")),
    "a star": lambda: ("*",),
    "a star as a column": lambda: (col("*"),),
    "more than it takes": lambda: ("id", "a", "b", "k"),
}


@pytest.mark.parametrize("arguments", list(ARGUMENTS))
def test_a_udf_takes(points, model, arguments):
    frame = points.select(model.udf(lit("bound"), *ARGUMENTS[arguments]()))
    assert column(frame) == scores(points.collect())


def test_the_alias_may_be_a_plain_text(points, model):
    assert column(points.select(model.udf("bound", "a", "b"))) == scores(points.collect())


def test_arguments_may_be_computed(points, model):
    frame = points.select(model.udf(lit("bound"), col("a") + 1, F.abs("b") * lit(2)))
    assert column(frame) == [f(r.a + 1, abs(r.b) * 2) for r in points.collect()]


def test_a_column_may_be_named_after_a_feature(points, model):
    frame = points.select(model.udf("bound", (col("b") * 2).alias("a"), col("a").alias("b")))
    assert column(frame) == [f(r.b * 2, r.a) for r in points.collect()]


def test_it_stands_wherever_a_column_does(points, model):
    score = model.udf(lit("bound"), *points.columns)
    rows = points.collect()
    filtered = points.withColumn("PREDICT", score).filter(score > 0).select("PREDICT")
    assert column(filtered) == [s for s in scores(rows) if s > 0]
    assert column(points.agg(F.max(score))) == [max(scores(rows))]
    assert points.withColumn("PREDICT", score).columns == [*points.columns, "PREDICT"]
    by_score = points.orderBy(score.desc(), "id").select("id")
    assert column(by_score) == [r.id for r in sorted(rows, key=lambda r: (-f(r.a, r.b), r.id))]


def test_expressions_of_a_frame_know_predict(points, model):
    text = "PREDICT('bound', *)"
    expected = scores(points.collect())
    assert column(points.selectExpr(text)) == expected
    assert column(points.select(expr(text))) == expected
    assert column(points.withColumn("p", expr(text)).select("p")) == expected
    assert points.filter(f"{text} > 0").count() == len([s for s in expected if s > 0])
    assert column(points.select(F.call_function("predict", lit("bound"), "a", "b"))) == expected


def test_another_alias_is_refused(points, model):
    with pytest.raises(AnalysisException, match="PREDICT_WRONG_ALIAS") as raised:
        _ = points.select(model.udf(lit("other"), "a", "b")).schema
    assert (
        "[PREDICT_WRONG_ALIAS] model.udf was called with alias 'other', but this Python object is "
        "bound to 'bound'. Write model.udf(lit('bound'), ...). SQLSTATE: 22023"
    ) in str(raised.value)


def test_an_alias_that_is_no_literal_is_refused(points, model):
    with pytest.raises(AnalysisException, match="PREDICT_ALIAS_NOT_LITERAL"):
        _ = points.select(model.udf(col("k"), "a", "b")).schema


def test_columns_that_do_not_fit_are_refused(points, model):
    with pytest.raises(AnalysisException, match="PREDICT_ARGUMENT_COUNT"):
        _ = points.select(model.udf(lit("bound"), "a")).schema
    with pytest.raises(AnalysisException, match="PREDICT_ARGUMENT_TYPE"):
        _ = points.select(model.udf(lit("bound"), "a", col("k").alias("b"))).schema


@pytest.mark.parametrize(
    "name", ["sepal.length", "a`b", "two words", "ä-ö", "a,b", "`a.b`", "a.b.c[0]", "_c0", "1st"]
)
def test_a_name_is_a_name_whatever_is_in_it(spark, points, bind, unsigned, name):
    """A DataFrame's own names go in as they are: with dots and without being parsed."""
    model = bind(unsigned)
    renamed = points.select("a", "b").toDF(name, "b")
    expected = unsigned.scores(points.collect())
    assert column(renamed.select(model.udf(model.alias, *renamed.columns))) == expected
    transformer = model.create_transformer().setInputCols(renamed.columns)
    assert column(transformer.transform(renamed).select("PREDICT")) == expected


def test_features_with_dots_are_found_by_name(points, bind, tmp_path):
    import saved

    names = ("sepal.length", "it`s")
    dotted = saved.regression(tmp_path, signed=True, features=names)
    model = bind(dotted)
    frame = points.selectExpr("b AS `it``s`", "a AS `sepal.length`", "id")
    assert column(frame.select(model.udf(model.alias, *frame.columns))) == scores(points.collect())
    assert column(frame.selectExpr(f"PREDICT('{model.alias}', *)")) == scores(points.collect())
