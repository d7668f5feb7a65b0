# SPDX-License-Identifier: Apache-2.0
"""How arguments find their features: by name, by position, as a struct, with names of the call."""

from __future__ import annotations

import pytest
from formula import f, scores
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, DataType, Schema
from pyspark.errors import AnalysisException
from pyspark.sql.functions import lit

import saved
from scores import assert_same_scores
from sparkpredict import conf as keys
from sparkpredict.errors import BindArgumentError, ConfigurationError


def first(spark, query):
    """The first column of a query's rows."""
    return [row[0] for row in spark.sql(query).collect()]


def test_swapped_columns_are_scored_by_their_names(spark, bind, points, regression):
    model = bind(regression)
    expected = scores(points.collect())
    swapped = points.select("b", "a")
    assert_same_scores(model, swapped, expected)
    assert first(spark, f"SELECT PREDICT('{model.alias}', b, a) FROM points") == expected


def test_a_partial_match_in_another_order_is_refused(spark, bind, points, regression):
    model = bind(regression)
    with pytest.raises(AnalysisException, match=r"PREDICT_ARGUMENT_NAMES.*missing a.*binding='pos"):
        spark.sql(f"SELECT PREDICT('{model.alias}', b, id) FROM points")
    with pytest.raises(AnalysisException, match="PREDICT_ARGUMENT_NAMES"):
        _ = points.select(model.udf(lit(model.alias), "b", "id")).schema
    with pytest.raises(AnalysisException, match="PREDICT_ARGUMENT_NAMES"):
        _ = model.create_transformer().setInputCols(["b", "id"]).transform(points).schema
    with pytest.raises(BindArgumentError, match="PREDICT_ARGUMENT_NAMES"):
        model.predict(points.select("b", "id").toPandas())


def test_by_position_names_do_not_matter_and_the_count_does(spark, bind, points, regression):
    model = bind(regression, binding="position")
    assert_same_scores(model, points.selectExpr("a AS x", "b AS y"), scores(points.collect()))
    assert_same_scores(model, points.select("b", "a"), [f(r.b, r.a) for r in points.collect()])
    with pytest.raises(AnalysisException, match="PREDICT_ARGUMENT_COUNT"):
        spark.sql(f"SELECT PREDICT('{model.alias}', *) FROM points")


def test_by_name_every_feature_must_be_found(spark, bind, points, regression):
    model = bind(regression, binding="name")
    assert_same_scores(model, points, scores(points.collect()))
    for call in ("a + 0, b", "a", "1D, 2D"):
        with pytest.raises(AnalysisException, match="PREDICT_ARGUMENT_NAMES"):
            spark.sql(f"SELECT PREDICT('{model.alias}', {call}) FROM points")


def test_a_model_without_names_cannot_be_bound_by_name(bind, unsigned, conf):
    with pytest.raises(BindArgumentError, match="PREDICT_FEATURES_UNNAMED"):
        bind(unsigned, binding="name")
    conf(keys.ARGUMENT_BINDING, "name")
    with pytest.raises(BindArgumentError, match="PREDICT_FEATURES_UNNAMED"):
        bind(unsigned)
    bind(unsigned, binding="auto")


def test_the_conf_is_what_binding_is_if_left_out(spark, conf, bind, points, regression):
    conf(keys.ARGUMENT_BINDING, "position")
    model = bind(regression)
    assert_same_scores(model, points.select("b", "a"), [f(r.b, r.a) for r in points.collect()])
    conf(keys.ARGUMENT_BINDING, "by luck")
    with pytest.raises(ConfigurationError, match="PREDICT_INVALID_CONF"):
        bind(regression)


@pytest.mark.parametrize(
    "call",
    [
        "named_struct('b', b, 'a', a)",
        "struct(b, a)",
        "struct(*)",
        "s",
        "s.inner",
    ],
)
def test_a_struct_counts_as_its_fields(spark, bind, points, regression, call):
    model = bind(regression)
    nested = "SELECT *, struct(b, a, struct(b, a) AS inner) AS s FROM points"
    query = f"SELECT PREDICT('{model.alias}', {call}) FROM ({nested})"
    assert first(spark, query) == scores(points.collect())


def test_a_struct_without_a_feature_is_refused(spark, bind, points, regression):
    model = bind(regression)
    with pytest.raises(AnalysisException, match=r"PREDICT_ARGUMENT_(COUNT|NAMES)"):
        spark.sql(f"SELECT PREDICT('{model.alias}', struct(a)) FROM points")


def named_arguments(spark):
    """Whether this Spark parses `a => 1`."""
    return tuple(int(part) for part in spark.version.split(".")[:2]) >= (3, 5)


def test_the_call_s_own_names_bind_in_any_order(spark, bind, points, regression):
    if not named_arguments(spark):
        pytest.skip("named arguments need Spark 3.5")
    model = bind(regression)
    query = f"SELECT PREDICT('{model.alias}', b => b + 1, a => a * 2) FROM points"
    assert first(spark, query) == [f(r.a * 2, r.b + 1) for r in points.collect()]
    with pytest.raises(AnalysisException, match=r"PREDICT_ARGUMENT_NAMES.*not a feature: c"):
        spark.sql(f"SELECT PREDICT('{model.alias}', a => a, b => b, c => 1) FROM points")


def test_an_optional_feature_may_be_left_out_at_the_end(spark, bind, tmp_path):
    columns = [
        ColSpec(DataType.double, "a"),
        ColSpec(DataType.double, "b", required=False),
    ]
    folder = saved.pyfunc(
        tmp_path,
        lambda frame: frame["a"] + frame["b"].astype("float64").fillna(100.0),
        signature=ModelSignature(Schema(columns)),
    )
    model = bind(folder, binding="position")
    assert first(spark, f"SELECT PREDICT('{model.alias}', 1D)") == [101.0]
    assert first(spark, f"SELECT PREDICT('{model.alias}', 1D, 2D)") == [3.0]
    with pytest.raises(AnalysisException, match="PREDICT_ARGUMENT_COUNT"):
        spark.sql(f"SELECT PREDICT('{model.alias}', 1D, 2D, 3D)")


@pytest.mark.classic  # looks at the plan
def test_extra_columns_of_a_star_are_not_read(spark, bind, points, regression, tmp_path):
    model = bind(regression)
    points.write.parquet(str(tmp_path / "points"))
    read = spark.read.parquet(str(tmp_path / "points"))
    plan = read.select(model.udf(lit(model.alias), "*"))._jdf.queryExecution().toString()
    assert "ReadSchema: struct<a:double,b:double>" in plan


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("binding", "names"),
        ("nulls", "drop"),
        ("on_error", "ignore"),
        ("output", " "),
        ("params", {"top": object()}),
        ("params", ["top"]),
    ],
)
def test_an_argument_that_is_none_of_its_values_is_refused(bind, regression, argument, value):
    with pytest.raises(BindArgumentError, match=f"PREDICT_INVALID_ARGUMENT.*{argument} is"):
        bind(regression, **{argument: value})
