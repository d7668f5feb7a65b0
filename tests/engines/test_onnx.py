# SPDX-License-Identifier: Apache-2.0
"""ONNX graphs, bare or saved by MLflow, are scored as ONNX Runtime scores them."""

from __future__ import annotations

import mlflow
import numpy as np
import onnx
import onnxruntime
import pytest
from mlflow.models import ModelSignature, infer_signature
from mlflow.types import ColSpec, Schema
from onnx import TensorProto
from pyspark.sql.functions import lit

import onnx_graphs
from onnx_graphs import FORMULA, POINTS
from scores import assert_same_scores
from sparkpredict.errors import BindArgumentError, ModelError


def direct(path, **feeds):
    """What ONNX Runtime itself answers, by name."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    names = [one.name for one in session.get_outputs()]
    return dict(zip(names, session.run(names, feeds)))


def by_mlflow(path, folder, signature=None):
    mlflow.onnx.save_model(
        onnx.load(str(path)), str(folder), signature=signature, pip_requirements=["onnxruntime"]
    )
    return folder


def test_a_bare_file_takes_columns_of_numbers_and_gives_a_number(bare, pairs, tmp_path):
    model = bare(onnx_graphs.linear(tmp_path / "model.onnx"), "DOUBLE")
    assert_same_scores(model, pairs, FORMULA)


def test_the_return_type_comes_from_the_graph(bare, tmp_path):
    model = bare(onnx_graphs.linear(tmp_path / "model.onnx"), None)
    assert model.info().return_type == "FLOAT"


@pytest.mark.parametrize("declared", ["FLOAT", "INT", "BIGINT"])
def test_the_answer_is_cast_as_that_of_any_model(bare, pairs, tmp_path, declared):
    model = bare(onnx_graphs.linear(tmp_path / "model.onnx"), declared)
    wanted = FORMULA if declared == "FLOAT" else [int(value) for value in FORMULA]
    assert_same_scores(model, pairs, wanted)


def test_a_folder_with_weights_in_another_file(bare, pairs, tmp_path):
    path = onnx_graphs.with_weights_outside(tmp_path / "m" / "model.onnx", "parts/weights.bin")
    assert_same_scores(bare(path.parent, "DOUBLE"), pairs, FORMULA)


def test_mlflows_model_finds_its_columns_by_name(bind, spark, tmp_path):
    path = onnx_graphs.linear(tmp_path / "model.onnx")
    signature = ModelSignature(Schema([ColSpec("double", "a"), ColSpec("double", "b")]))
    model = bind(by_mlflow(path, tmp_path / "saved", signature), "DOUBLE")
    data = spark.createDataFrame([(b, a) for a, b in POINTS], "b double, a double").coalesce(1)
    assert_same_scores(model, data, FORMULA)


def test_mlflows_model_without_a_signature_takes_what_its_graph_says(bind, pairs, tmp_path):
    path = onnx_graphs.linear(tmp_path / "model.onnx")
    assert_same_scores(bind(by_mlflow(path, tmp_path / "saved"), "DOUBLE"), pairs, FORMULA)


def test_an_array_is_a_row(bare, spark, tmp_path):
    model = bare(onnx_graphs.linear(tmp_path / "model.onnx"), "DOUBLE")
    data = spark.createDataFrame([([a, b],) for a, b in POINTS], "x array<double>").coalesce(1)
    assert_same_scores(model, data, FORMULA)


@pytest.mark.parametrize(
    ("kind", "column", "declared"),
    [
        (TensorProto.FLOAT, "FLOAT", "FLOAT"),
        (TensorProto.DOUBLE, "DOUBLE", "DOUBLE"),
        (TensorProto.INT32, "INT", "INT"),
        (TensorProto.INT64, "BIGINT", "BIGINT"),
        (TensorProto.BOOL, "BOOLEAN", "BOOLEAN"),
    ],
)
def test_each_element_type_comes_through_as_it_is(bare, spark, tmp_path, kind, column, declared):
    model = bare(onnx_graphs.echo(tmp_path / "model.onnx", kind), declared)
    values = {"BOOLEAN": "true, false, true", "FLOAT": "0.1, -2.5, 1e30"}.get(column, "0, -7, 12")
    data = spark.sql(f"SELECT explode(CAST(array({values}) AS ARRAY<{column}>)) AS x").coalesce(1)
    assert_same_scores(model, data, [row.x for row in data.collect()])


def test_whole_numbers_beyond_a_double_are_kept(bare, spark, tmp_path):
    model = bare(onnx_graphs.echo(tmp_path / "model.onnx", TensorProto.INT64), "BIGINT")
    data = spark.sql("SELECT explode(array(9007199254740993, -9223372036854775807)) AS x")
    assert_same_scores(model, data.coalesce(1), [9007199254740993, -9223372036854775807])


def test_texts_are_true_utf_8(bare, spark, tmp_path):
    model = bare(onnx_graphs.echo(tmp_path / "model.onnx", TensorProto.STRING), "STRING")
    texts = ["", "plain", "Größe", "日本", "🦀", "a\x00b", "end\x00"]
    data = spark.createDataFrame([(text,) for text in texts], "x string").coalesce(1)
    assert_same_scores(model, data, texts)


def test_rows_of_any_rank_go_in_and_out(bare, spark, tmp_path):
    model = bare(
        onnx_graphs.echo(tmp_path / "model.onnx", TensorProto.FLOAT, 2, 3), "ARRAY<ARRAY<FLOAT>>"
    )
    rows = [[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [[0.0, -1.0, 0.5], [7.0, 8.0, 9.0]]]
    data = spark.createDataFrame([(row,) for row in rows], "x array<array<double>>").coalesce(1)
    assert_same_scores(model, data, rows)


def test_several_inputs_go_by_name_and_several_outputs_are_a_struct(bare, spark, tmp_path):
    model = bare(onnx_graphs.mixed(tmp_path / "model.onnx"), "text STRING, total DOUBLE")
    data = spark.sql("SELECT 'ä' AS name, true AS flag, 2L AS count, 0.5D AS size").coalesce(1)
    assert_same_scores(model, data, [("ä", 3.5)])


def test_of_several_outputs_one_value_is_the_first(bare, spark, tmp_path):
    data = spark.sql("SELECT 'ä' AS name, true AS flag, 2L AS count, 0.5D AS size").coalesce(1)
    assert_same_scores(bare(onnx_graphs.mixed(tmp_path / "model.onnx"), "FLOAT"), data, [3.5])


def test_an_output_is_asked_for_by_its_name(bare, spark, tmp_path):
    path = onnx_graphs.mixed(tmp_path / "model.onnx")
    data = spark.sql("SELECT 'ä' AS name, true AS flag, 2L AS count, 0.5D AS size").coalesce(1)
    assert_same_scores(bare(path, "STRING", output="text"), data, ["ä"])
    assert_same_scores(bare(path, "FLOAT", output="total"), data, [3.5])
    with pytest.raises(BindArgumentError, match="total"):
        bare(path, "FLOAT", output="sum")


@pytest.mark.parametrize("zipmap", [False, True], ids=["tensor", "zipmap"])
@pytest.mark.parametrize("texts", [True, False], ids=["texts", "numbers"])
def test_a_classifiers_label_and_probabilities(bare, pairs, tmp_path, zipmap, texts):
    path = onnx_graphs.classifier(tmp_path / "model.onnx", zipmap=zipmap, texts=texts)
    plain = onnx_graphs.classifier(tmp_path / "plain.onnx", texts=texts)
    label, numbers = direct(plain, X=np.asarray(POINTS, dtype=np.float32)).values()
    kind = "STRING" if texts else "INT"
    names = [str(one) for one in (["high", "low", "middle"] if texts else [0, 1, 2])]
    model = bare(path, f"label {kind}, probability FLOAT, probabilities MAP<STRING, FLOAT>")
    wanted = [
        (one, float(max(row)), dict(zip(names, (float(value) for value in row))))
        for one, row in zip(label.tolist(), numbers)
    ]
    assert_same_scores(model, pairs, wanted)
    assert_same_scores(bare(path, kind), pairs, label.tolist())
    by_row = [[float(value) for value in row] for row in numbers]
    assert_same_scores(bare(path, "ARRAY<FLOAT>", output="predict_proba"), pairs, by_row)


def test_a_null_number_is_not_a_number_to_the_graph(bare, spark, tmp_path):
    model = bare(onnx_graphs.linear(tmp_path / "model.onnx"), "DOUBLE", nulls="nan")
    data = spark.sql("SELECT 1D AS a, CAST(NULL AS DOUBLE) AS b UNION ALL SELECT 1D, 2D")
    assert_same_scores(model, data.coalesce(1), [float("nan"), 0.5])


def test_a_null_is_not_a_number_where_the_graph_takes_one(bare, spark, tmp_path):
    data = spark.sql("SELECT 1D AS a, CAST(NULL AS DOUBLE) AS b UNION ALL SELECT 1D, 2D")
    model = bare(onnx_graphs.linear(tmp_path / "model.onnx"), "DOUBLE")
    assert_same_scores(model, data.coalesce(1), [float("nan"), 0.5])
    whole = bare(onnx_graphs.echo(tmp_path / "whole.onnx", TensorProto.INT64), "BIGINT")
    numbers = spark.sql("SELECT explode(array(1L, CAST(NULL AS BIGINT), 3L)) AS x")
    assert_same_scores(whole, numbers.coalesce(1), [1, None, 3])


def test_a_null_text_makes_no_score(bare, spark, tmp_path):
    model = bare(onnx_graphs.echo(tmp_path / "model.onnx", TensorProto.STRING), "STRING")
    data = spark.createDataFrame([("a",), (None,), ("",)], "x string").coalesce(1)
    assert_same_scores(model, data, ["a", None, ""])


def test_a_row_that_the_graph_does_not_take_is_a_bad_row(bare, spark, tmp_path):
    path = onnx_graphs.linear(tmp_path / "model.onnx")
    model = bare(path, "DOUBLE", on_error="null")
    data = spark.createDataFrame([([1.0, 2.0],), ([1.0],), ([0.5, -3.0],)], "x array<double>")
    assert_same_scores(model, data.coalesce(1), [FORMULA[0], None, FORMULA[1]])


def test_a_partition_without_rows_and_one_of_one_row(bare, spark, tmp_path):
    model = bare(onnx_graphs.linear(tmp_path / "model.onnx"), "DOUBLE")
    data = spark.createDataFrame(POINTS[:1], "a double, b double").repartition(4)
    assert_same_scores(model, data, FORMULA[:1])
    assert_same_scores(model, data.where("a > 100"), [])


def test_a_fixed_batch_is_refused_when_it_is_bound(bare, tmp_path):
    with pytest.raises(ModelError, match="open first size"):
        bare(onnx_graphs.linear(tmp_path / "model.onnx", batch=8), "DOUBLE")


def test_the_same_graph_bound_again_is_the_same_model(bare, tmp_path):
    path = onnx_graphs.linear(tmp_path / "model.onnx")
    first, second = bare(path, "DOUBLE"), bare(path, "DOUBLE")
    assert first.info().digest == second.info().digest


def test_nothing_of_the_staged_folder_stays(bare, tmp_path):
    from sparkpredict import ship

    bare(onnx_graphs.linear(tmp_path / "model.onnx"), "DOUBLE")
    assert list(ship.staging().glob("onnx-*")) == []


def test_info_names_flavor_engine_and_outputs(bare, tmp_path):
    told = bare(onnx_graphs.mixed(tmp_path / "model.onnx"), "FLOAT").info()
    assert told.flavor == "onnx"


def test_udf_transformer_and_driver_score_alike(bare, pairs, tmp_path):
    model = bare(onnx_graphs.linear(tmp_path / "model.onnx"), "DOUBLE")
    by_udf = pairs.select(model.udf(lit(model.alias), "a", "b").alias("y"))
    assert [row.y for row in by_udf.collect()] == FORMULA
    transformer = model.create_transformer().setInputCols(["a", "b"]).setOutputCol("y")
    assert [row.y for row in transformer.transform(pairs).collect()] == FORMULA
    assert model.predict(pairs.toPandas()).tolist() == FORMULA


def test_a_signature_by_frame_and_a_signature_by_array_agree(bind, pairs, tmp_path):
    path = onnx_graphs.linear(tmp_path / "model.onnx")
    frame = pairs.toPandas().astype("float32")
    by_frame = infer_signature(frame, frame[["a"]])
    by_array = infer_signature({"X": frame.to_numpy()}, frame.to_numpy()[:, :1])
    for at, signature in enumerate([by_frame, by_array]):
        model = bind(by_mlflow(path, tmp_path / f"saved{at}", signature), "DOUBLE")
        assert_same_scores(model, pairs, FORMULA)
