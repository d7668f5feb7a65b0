# SPDX-License-Identifier: Apache-2.0
"""The model as a step of `pyspark.ml`: its params, in a Pipeline, saved and loaded."""

from __future__ import annotations

import shutil

import pytest
from formula import scores
from pyspark.errors import AnalysisException
from pyspark.ml import Pipeline, PipelineModel
from pyspark.ml.feature import SQLTransformer

import sparkpredict
from sparkpredict.errors import BindArgumentError, ModelError
from sparkpredict.transformer import PredictTransformer


def column(frame, name="PREDICT"):
    return [row[name] for row in frame.collect()]


def test_the_setters_chain_and_the_getters_answer(points, model):
    transformer = model.create_transformer().setInputCols(["a", "b"]).setOutputCol("p")
    assert (transformer.getInputCols(), transformer.getOutputCol()) == (["a", "b"], "p")
    scored = transformer.transform(points)
    assert scored.columns == [*points.columns, "p"]
    assert column(scored, "p") == scores(points.collect())


def test_the_output_is_called_predict_unless_said_otherwise(points, model):
    transformer = model.create_transformer().setInputCols(points.columns)
    assert column(transformer.transform(points)) == scores(points.collect())


def test_params_can_be_given_for_one_transform(points, model):
    transformer = model.create_transformer().setInputCols(["a", "b"])
    scored = transformer.transform(points, {transformer.outputCol: "once"})
    assert column(scored, "once") == scores(points.collect())
    assert transformer.getOutputCol() == "PREDICT"


def test_without_input_columns_it_says_what_is_missing(points, model):
    with pytest.raises(BindArgumentError, match="PREDICT_INVALID_ARGUMENT") as raised:
        model.create_transformer().transform(points)
    assert "inputCols is not set; expected the columns that the model takes." in str(raised.value)


def test_columns_that_do_not_fit_are_an_analysis_exception(points, model):
    with pytest.raises(AnalysisException, match="PREDICT_ARGUMENT_COUNT"):
        _ = model.create_transformer().setInputCols(["a"]).transform(points).schema


def test_every_param_is_explained_and_none_holds_a_secret(model):
    transformer = model.create_transformer().setInputCols(["a"])
    text = transformer.explainParams()
    for name in ("modelAlias", "modelUri", "digest", "returnType", "runtime", "engine", "options"):
        assert f"{name}: " in text
    assert {param.name for param in transformer.params} == {
        *("modelAlias", "modelUri", "digest", "returnType", "runtime", "engine", "options"),
        *("inputCols", "outputCol"),
    }


def test_it_is_a_step_of_a_pipeline_that_is_saved_and_loaded(points, model, tmp_path):
    step = model.create_transformer().setInputCols(["a", "b"]).setOutputCol("p")
    twice = SQLTransformer(statement="SELECT *, p * 2 AS q FROM __THIS__")
    fitted = Pipeline(stages=[step, twice]).fit(points)
    expected = [2 * score for score in scores(points.collect())]
    assert column(fitted.transform(points), "q") == expected
    fitted.save(str(tmp_path / "pipeline"))
    loaded = PipelineModel.load(str(tmp_path / "pipeline"))
    assert column(loaded.transform(points), "q") == expected
    Pipeline(stages=[step]).save(str(tmp_path / "unfitted"))
    again = Pipeline.load(str(tmp_path / "unfitted")).fit(points)
    assert column(again.transform(points), "p") == scores(points.collect())


@pytest.fixture
def kept(bind, regression, tmp_path):
    """A bound model of which the folder can be changed, and a saved Transformer of it."""
    folder = tmp_path / "model"
    shutil.copytree(regression, folder)
    model = bind(folder, "INT")
    transformer = model.create_transformer().setInputCols(["a", "b"]).setOutputCol("p")
    transformer.save(str(tmp_path / "saved"))
    return model, folder, str(tmp_path / "saved")


def test_loading_binds_the_model_again_where_it_is_not_bound(spark, points, kept):
    model, _, path = kept
    expected = [int(score) for score in scores(points.collect())]
    model.unregister()
    loaded = PredictTransformer.load(path)
    assert sparkpredict.models(spark)[model.alias].digest == model.digest
    assert column(loaded.transform(points), "p") == expected
    assert loaded.transform(points).schema["p"].dataType.simpleString() == "int"


def test_loading_uses_the_model_that_is_bound_already(spark, points, kept):
    model, _, path = kept
    before = sparkpredict.models(spark)[model.alias].details["version"]
    assert column(PredictTransformer.load(path).transform(points), "p") == [
        int(score) for score in scores(points.collect())
    ]
    assert sparkpredict.models(spark)[model.alias].details["version"] == before


def test_what_is_bound_already_is_not_fetched_again(points, kept):
    _, folder, path = kept
    shutil.rmtree(folder)
    assert column(PredictTransformer.load(path).transform(points), "p") == [
        int(score) for score in scores(points.collect())
    ]


def test_loading_refuses_a_model_that_has_changed(kept):
    model, folder, path = kept
    model.unregister()
    (folder / "another file").write_text("")
    with pytest.raises(BindArgumentError, match="PREDICT_DIGEST_MISMATCH") as raised:
        PredictTransformer.load(path)
    assert model.digest in str(raised.value)


def test_loading_a_model_that_is_gone_names_its_folder(kept):
    model, folder, path = kept
    model.unregister()
    shutil.rmtree(folder)
    with pytest.raises(ModelError, match=f"there is no {folder}"):
        PredictTransformer.load(path)


@pytest.mark.parametrize("other", ["another model", "another type"])
def test_loading_never_replaces_what_is_bound_to_the_alias(
    spark, bind, kept, regression, reordered, other
):
    model, folder, path = kept
    there = bind(reordered, "INT") if other == "another model" else bind(folder, "DOUBLE")
    with pytest.raises(BindArgumentError, match="PREDICT_ALIAS_TAKEN") as raised:
        PredictTransformer.load(path)
    assert f"alias '{model.alias}' is bound to another model" in str(raised.value)
    assert there.digest[:12] in str(raised.value)
    info = sparkpredict.models(spark)[model.alias]
    assert (info.digest, info.return_type) == (there.digest, there.info().return_type)


def test_what_is_saved_names_the_model_and_nothing_of_the_session(kept, tmp_path):
    model, folder, _ = kept
    (metadata,) = (tmp_path / "saved" / "metadata").glob("part-*")
    text = metadata.read_text()
    for value in (model.alias, model.digest, str(folder), "integer", "mlflow", "auto"):
        assert value in text
