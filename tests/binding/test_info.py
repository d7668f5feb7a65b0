# SPDX-License-Identifier: Apache-2.0
"""What a bound model tells of itself, in Python and in SQL."""

from __future__ import annotations

import json

import pytest
from pyspark.errors import AnalysisException

import sparkpredict
from engine import ENGINE

# What scores a regression where the tests are bound by this engine.
TAKEN = {"auto": "compiled"}.get(ENGINE, ENGINE)


def told(spark, call):
    return json.loads(spark.sql(f"SELECT {call}").collect()[0][0])


def test_info_says_what_the_model_is_and_why_its_engine_was_taken(bind, alias, regression):
    info = bind(regression, "int").info()
    assert (info.alias, info.uri, info.flavor) == (alias, str(regression), "sklearn")
    assert info.return_type == "INT"
    assert info.features == (("a", "double"), ("b", "double"))
    assert len(info.digest) == 64
    assert info.engine == TAKEN
    assert set(info.reasons) == {"python", "compiled", "onnx"}
    assert all(info.reasons.values())


def test_info_prints_as_a_table(bind, alias, regression):
    lines = str(bind(regression).info()).splitlines()
    values = dict(line.split(None, 1) for line in lines if not line.startswith(" "))
    assert values["alias"] == alias
    assert values["features"] == "a double (takes no NULL), b double (takes no NULL)"
    assert values["returns"] == "DOUBLE"
    assert values["engine"] == TAKEN
    assert len({line.index(line.split(None, 1)[1]) for line in lines[:3]}) == 1


def test_info_is_a_table_in_a_notebook_and_escapes_what_users_named(bind, regression):
    html = bind(regression, as_alias="<script>&'").info()._repr_html_()
    assert html.startswith("<table>")
    assert html.count("<tr>") == html.count("</tr>") >= 9
    assert "&lt;script&gt;&amp;" in html
    assert "<script>" not in html


def test_a_model_without_names_says_how_many_features_it_has(bind, unsigned):
    info = bind(unsigned).info()
    assert info.features == ()
    assert "2 without names" in str(info)


def test_predict_info_gives_the_same_in_sql(spark, bind, alias, regression):
    model = bind(regression, "array<float>")
    info = told(spark, f"predict_info('{alias}')")
    assert info == model.info().details
    assert info["return_type"] == "ARRAY<FLOAT>"
    assert info["choices"]["runtime"] == "mlflow"
    assert info["model"]["feature_count"] == 2


def test_predict_info_without_an_alias_describes_the_installation(spark, bind, alias, regression):
    bind(regression)
    info = told(spark, "PREDICT_INFO()")
    assert info["version"] == sparkpredict.__version__
    assert info["spark"] == spark.version
    assert info["enabled"] is True
    assert alias in info["models"]


def test_predict_info_of_an_unknown_alias_lists_the_bound_ones(spark, bind, alias, regression):
    bind(regression)
    with pytest.raises(AnalysisException, match="PREDICT_MODEL_NOT_FOUND") as raised:
        spark.sql("SELECT predict_info('nobody')")
    assert f"model 'nobody' is not bound in this session; bound: {alias}." in str(raised.value)


def test_models_lists_what_is_bound(spark, bind, alias, regression):
    model = bind(regression)
    assert sparkpredict.models()[alias] == sparkpredict.models(spark)[alias] == model.info()


def test_the_representation_of_a_model_names_alias_digest_and_uri(bind, alias, regression):
    model = bind(regression)
    assert repr(model) == (
        f"BoundModel(alias={alias!r}, digest={model.digest[:12]}, uri={str(regression)!r})"
    )


def test_models_leaves_out_the_one_whose_binding_is_broken(
    spark, bind, alias, conf, regression, caplog
):
    bind(regression)
    bind(regression, as_alias=f"{alias}_broken")
    conf(f"spark.synapse.ml.predict.binding.{f'{alias}_broken'.encode().hex()}", "{")
    told = sparkpredict.models(spark)
    assert alias in told
    assert f"{alias}_broken" not in told
    assert f"left out '{alias}_broken': [PREDICT_BINDING_BROKEN] " in caplog.text


def test_predict_models_tells_of_each_alias_of_the_session(
    spark, bind, alias, conf, points, regression
):
    model = bind(regression, "int", on_error="null")
    bind(regression, as_alias=f"{alias}_broken")
    conf(f"spark.synapse.ml.predict.binding.{f'{alias}_broken'.encode().hex()}", "{")
    spark.sql(f"SELECT PREDICT('{alias}', a, b) FROM points").collect()
    query = f"SELECT * FROM predict_models() WHERE alias LIKE '{alias}%' ORDER BY alias"
    good, broken = spark.sql(query).collect()
    assert (good.alias, good.uri, good.digest) == (alias, str(regression), model.digest)
    assert (good.flavor, good.inputs, good.return_type) == ("sklearn", "a DOUBLE, b DOUBLE", "INT")
    assert good.engine == TAKEN
    assert set(good.reasons) == {"python", "compiled", "onnx"}
    assert (good.rows_scored, good.bad_rows) == ((40, 0) if TAKEN == "compiled" else (None, None))
    assert good.error is None
    assert broken.error.startswith("[PREDICT_BINDING_BROKEN] ")
    assert broken.engine is None


def test_predict_models_takes_no_arguments(spark):
    with pytest.raises(AnalysisException, match="PREDICT_MODELS_ARGUMENTS"):
        spark.sql("SELECT * FROM predict_models('m')")


def test_predict_explains_itself_with_examples(spark):
    text = "\n".join(row[0] for row in spark.sql("DESCRIBE FUNCTION EXTENDED predict").collect())
    assert "SELECT predict('churn', *) FROM customers" in text
    assert "predict_models()" in text
