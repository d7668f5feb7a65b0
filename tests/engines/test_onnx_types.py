# SPDX-License-Identifier: Apache-2.0
"""Texts, narrow numbers and open sizes of ONNX graphs: in the JVM as in Python."""

from __future__ import annotations

import mlflow
import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

import onnx_graphs
from scores import assert_same_scores, by_sql, sql

pytestmark = pytest.mark.classic

TEXTS = ["rot", "grün", "gru\u0308n", "日本", "", "🦀", "rot\0", "rot🦀", "ROT", None, "x" * 100]


@pytest.fixture
def named(spark, tmp_path):
    """Many rows of few texts, in columns and in rows."""
    rows = [(text,) for text in TEXTS] * 200
    spark.createDataFrame(rows, "name string").coalesce(1).write.parquet(str(tmp_path / "names"))
    stored = spark.read.parquet(str(tmp_path / "names"))
    return [stored, stored.where("name IS NULL OR length(name) >= 0")]


def test_texts_are_found_or_not_as_python_finds_them(bare, named, tmp_path):
    path = onnx_graphs.encoded(tmp_path / "model.onnx", "rot", "grün", "日本")
    ours, python = (bare(path, "BIGINT", engine=engine) for engine in ("onnx", "python"))
    for data in named:
        scores = by_sql(ours, data)
        assert scores[: len(TEXTS)] == [0, 1, 9, 2, 9, 9, 9, 9, 9, None, 9]
        assert scores == by_sql(python, data)


def test_texts_come_in_arrays_and_go_out_as_labels(bare, spark, tmp_path):
    path = onnx_graphs.encoded(
        tmp_path / "model.onnx", "rot", "grün", labels=("日本", "é"), width=2
    )
    rows = "array('rot', ''), array('grün', '🦀'), NULL, array('rot\\0', 'rot'), array('rot', NULL)"
    data = spark.sql(f"SELECT explode(array({rows})) AS name").coalesce(1)
    for engine in ("onnx", "python"):
        scores = by_sql(bare(path, "ARRAY<STRING>", engine=engine), data)
        assert scores == [["日本", "none"], ["é", "none"], None, ["none", "日本"], None]


def test_several_columns_of_texts_are_one_row(bare, spark, tmp_path):
    path = onnx_graphs.encoded(tmp_path / "model.onnx", "rot", "grün", width=2)
    data = spark.createDataFrame([("rot", "grün"), ("", "rot")], "a string, b string").coalesce(1)
    for engine in ("onnx", "python"):
        scores = by_sql(bare(path, "ARRAY<BIGINT>", engine=engine), data)
        assert scores == [[0, 1], [9, 0]]


def test_texts_that_java_alters_stay_with_python(bare, spark, tmp_path):
    data = spark.createDataFrame([("🦀",), ("rot",)], "name string").coalesce(1)
    known = bare(
        onnx_graphs.encoded(tmp_path / "known.onnx", "rot", "grün", "🦀"), "BIGINT", engine="auto"
    )
    assert "which shows in its input name" in known.info().reasons["onnx"]
    assert_same_scores(known, data, [2, 0])
    label = onnx_graphs.encoded(tmp_path / "label.onnx", "rot", "blau", labels=("🦀", "blau"))
    given = bare(label, "STRING", engine="auto")
    assert "alters NUL and characters such as emoji" in given.info().reasons["onnx"]
    assert_same_scores(given, data, ["none", "🦀"])


def test_a_text_that_is_no_utf_8_is_a_bad_row(bare, spark, tmp_path):
    path = onnx_graphs.encoded(tmp_path / "model.onnx", "rot")
    data = spark.sql("SELECT explode(array('rot', CAST(X'FF41' AS STRING), '\ufffd')) AS name")
    assert by_sql(bare(path, "BIGINT", engine="onnx", on_error="null"), data.coalesce(1)) == [
        0,
        None,
        9,
    ]
    for engine in ("onnx", "python"):
        with pytest.raises(Exception, match=r"no UTF-8|UnicodeDecodeError"):
            by_sql(bare(path, "BIGINT", engine=engine), data.coalesce(1))


def test_a_pipeline_with_categories_scores_as_python_does(bare, spark, tmp_path):
    path = onnx_graphs.with_categories(tmp_path / "model.onnx")
    data = spark.sql(
        "SELECT id % 7 - 3.0D AS a, id % 5 * 0.5D AS b, "
        "element_at(array('rot', 'grün', '🦀', ''), CAST(id % 4 AS INT) + 1) AS c, "
        "IF(id % 9 = 0, NULL, CONCAT('k', id % 3)) AS d FROM range(2000)"
    ).coalesce(1)
    returns = "label INT, probabilities ARRAY<FLOAT>"
    ours, python = (by_sql(bare(path, returns, engine=e), data) for e in ("onnx", "python"))
    assert ours == python
    assert ours[0] is None
    assert len(set(map(str, ours))) > 20


@pytest.mark.parametrize(
    ("kind", "column", "values", "fits"),
    [
        (TensorProto.INT8, "INT", [-128, 127, 128, -129], 2),
        (TensorProto.UINT8, "INT", [0, 255, 256, -1], 2),
        (TensorProto.INT16, "INT", [-32768, 32767, 32768, -32769], 2),
        (TensorProto.INT32, "BIGINT", [-(2**31), 2**31 - 1, 2**31, -(2**31) - 1], 2),
        (TensorProto.FLOAT16, "DOUBLE", [1.5, 0.1, 65519.0, 1e9, 6e-8, 2049.0, 0.33325197], 7),
    ],
    ids=["int8", "uint8", "int16", "int32", "float16"],
)
def test_narrow_numbers_fit_or_make_bad_rows(bare, spark, tmp_path, kind, column, values, fits):
    returns = "DOUBLE" if column == "DOUBLE" else "BIGINT"
    arrays = onnx_graphs.echo(tmp_path / "arrays.onnx", kind, 2)
    alone = onnx_graphs.echo(tmp_path / "alone.onnx", kind)
    rows = ", ".join(f"CAST({value} AS {column})" for value in values)
    data = spark.sql(f"SELECT explode(array({rows})) AS x").coalesce(1)
    for path, declared, frame in (
        (alone, returns, data),
        (arrays, f"ARRAY<{returns}>", data.selectExpr("array(x, x) AS x")),
    ):
        ours, python = (
            by_sql(bare(path, declared, engine=engine, on_error="null"), frame)
            for engine in ("onnx", "python")
        )
        assert ours == python
        assert [score is not None for score in ours] == [at < fits for at in range(len(values))]


@pytest.mark.parametrize("kind", ["UINT16", "UINT32", "UINT64"])
def test_numbers_that_java_makes_no_tensor_of_stay_with_python(bare, spark, tmp_path, kind):
    path = onnx_graphs.echo(tmp_path / "model.onnx", getattr(TensorProto, kind))
    model = bare(path, "BIGINT", engine="auto")
    reason = f"not taken: ONNX Runtime's Java library makes no {kind.lower()}, as its input x is"
    assert model.info().reasons["onnx"] == reason
    data = spark.sql("SELECT explode(array(0L, 65535L)) AS x").coalesce(1)
    assert_same_scores(model, data, [0, 65535])


@pytest.mark.parametrize(("kind", "most"), [("UINT16", 2**16 - 1), ("UINT32", 2**32 - 1)])
def test_numbers_without_sign_come_out_as_they_are(bare, spark, tmp_path, kind, most):
    path = onnx_graphs.saved(
        tmp_path / "model.onnx",
        [helper.make_node("Cast", ["x"], ["y"], to=getattr(TensorProto, kind))],
        [onnx_graphs.tensor("x", TensorProto.INT64, "rows", 2)],
        [onnx_graphs.tensor("y", getattr(TensorProto, kind), "rows", 2)],
    )
    data = spark.sql(f"SELECT explode(array(array(0L, {most}L), array(1L, {most // 2 + 1}L))) AS x")
    for engine in ("onnx", "python"):
        scores = by_sql(bare(path, "ARRAY<BIGINT>", engine=engine), data.coalesce(1))
        assert scores == [[0, most], [1, most // 2 + 1]]


def test_an_output_beside_a_sequence_is_scored_in_the_jvm(bare, pairs, tmp_path):
    path = onnx_graphs.saved(
        tmp_path / "model.onnx",
        [
            helper.make_node("SequenceConstruct", ["X"], ["all"]),
            helper.make_node("ReduceSum", ["X", "axis"], ["y"]),
        ],
        [onnx_graphs.tensor("X", TensorProto.FLOAT, "rows", 2)],
        [
            helper.make_tensor_sequence_value_info("all", TensorProto.FLOAT, None),
            onnx_graphs.tensor("y", TensorProto.FLOAT, "rows", 1),
        ],
        [numpy_helper.from_array(np.asarray([1]), "axis")],
    )
    model = bare(path, "DOUBLE", engine="onnx", output="y")
    assert by_sql(model, pairs) == [a + b for a, b in onnx_graphs.POINTS]


def test_a_number_without_sign_that_no_bigint_is_is_an_error(bare, spark, tmp_path):
    path = onnx_graphs.saved(
        tmp_path / "model.onnx",
        [helper.make_node("Add", ["x", "large"], ["y"])],
        [onnx_graphs.tensor("x", TensorProto.UINT64, "rows")],
        [onnx_graphs.tensor("y", TensorProto.UINT64, "rows")],
        [numpy_helper.from_array(np.uint64(2**63), "large")],
    )
    data = spark.sql("SELECT explode(array(0L, 7L)) AS x").coalesce(1)
    with pytest.raises(Exception, match=r"PREDICT_OUTPUT_MISMATCH.*9223372036854775808"):
        by_sql(bare(path, "BIGINT", engine="auto"), data)


def test_rows_of_any_length_are_scored_by_length(bare, spark, tmp_path):
    mean = onnx_graphs.by_row(tmp_path / "mean.onnx")
    rows = [[1.0], [1.0, 3.0], [2.0, 4.0, 9.0], [5.0], [0.0, -1.0]]
    data = spark.createDataFrame([(row,) for row in rows], "x array<double>").coalesce(1)
    model = bare(mean, "FLOAT", engine="auto")
    assert_same_scores(model, data, [1.0, 2.0, 5.0, 5.0, -0.5])
    forced = bare(mean, "FLOAT", engine="onnx")
    with pytest.raises(Exception, match="its input x leaves a size open, which Python scores"):
        by_sql(forced, data)


def test_a_plan_counts_the_arguments_of_the_call(bare, pairs, tmp_path):
    model = bare(onnx_graphs.linear(tmp_path / "model.onnx"), "DOUBLE", engine="onnx")
    plan = sql(model, pairs)._jdf.queryExecution().toString()
    assert "2 nodes, 2 arguments -> X float" in plan


def test_session_options_of_the_model_are_those_of_the_jvm_too(bind, pairs, tmp_path):
    mlflow.onnx.save_model(
        onnx.load(str(onnx_graphs.linear(tmp_path / "model.onnx"))),
        str(tmp_path / "saved"),
        onnx_session_options={"execution_mode": "parallel", "inter_op_num_threads": 2},
        pip_requirements=["onnxruntime"],
    )
    model = bind(tmp_path / "saved", "DOUBLE", engine="auto")
    assert model.info().engine == "onnx"
    assert_same_scores(model, pairs, onnx_graphs.FORMULA)
