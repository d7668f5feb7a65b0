# SPDX-License-Identifier: Apache-2.0
"""ONNX Runtime inside the JVM: what it takes, how it is planned, and what it leaves behind."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

import onnx_graphs
from onnx_graphs import FORMULA
from scores import assert_same_scores, by_sql

pytestmark = pytest.mark.classic


@pytest.fixture
def bare(bare):
    """Binds to this engine, unless another is named."""
    return partial(bare, engine="onnx")


@pytest.fixture
def stored(spark, tmp_path):
    """Ten thousand rows in Parquet, which is read in columns."""
    path = str(tmp_path / "rows.parquet")
    spark.range(10_000).selectExpr(
        "id", "CAST(id % 17 AS DOUBLE) AS a", "IF(id % 10 = 3, NULL, id % 5 - 2.5D) AS b"
    ).coalesce(2).write.parquet(path)
    return spark.read.parquet(path)


def plan(frame):
    return frame._jdf.queryExecution().executedPlan().toString()


def test_auto_takes_it_where_the_probes_agree(bare, pairs, tmp_path):
    model = bare(onnx_graphs.linear(tmp_path / "model.onnx"), "DOUBLE", engine="auto")
    info = model.info()
    assert info.engine == "onnx"
    assert info.reasons["onnx"].startswith("scores, inside the query: ONNX Runtime 1.")
    assert info.reasons["compiled"].startswith("not taken: ")
    assert_same_scores(model, pairs, FORMULA)


@pytest.mark.parametrize("nulls", ["auto", "null", "nan"])
def test_columns_and_rows_score_as_python_does(bare, spark, stored, tmp_path, nulls):
    path = onnx_graphs.linear(tmp_path / "model.onnx")
    ours, python = (bare(path, "DOUBLE", engine=e, nulls=nulls) for e in ("onnx", "python"))
    stored.createOrReplaceTempView("stored")
    call = f"PREDICT('{ours.alias}', a, b)"
    columns = spark.sql(f"SELECT id, {call} AS score FROM stored")
    rows = spark.sql(f"SELECT id, {call} AS score FROM (SELECT * FROM stored WHERE id % 3 > 0)")
    assert "ScoreBlocks" in plan(columns)
    assert "engine=onnx" in plan(columns)
    wanted = spark.sql(f"SELECT id, PREDICT('{python.alias}', a, b) AS score FROM stored")
    expected = {row.id: str(row.score) for row in wanted.collect()}
    assert {row.id: str(row.score) for row in columns.collect()} == expected
    found = {row.id: str(row.score) for row in rows.collect()}
    assert found == {at: score for at, score in expected.items() if at % 3}


def test_arrays_come_from_columns_with_nulls_inside(bare, spark, tmp_path):
    path = onnx_graphs.linear(tmp_path / "model.onnx")
    data = str(tmp_path / "arrays.parquet")
    spark.sql(
        "SELECT id, CASE id % 4 WHEN 0 THEN NULL WHEN 1 THEN array(1D, NULL) "
        "ELSE array(id * 0.5D, 1D) END AS x FROM range(100)"
    ).coalesce(1).write.parquet(data)
    frame = spark.read.parquet(data)
    scores = [
        by_sql(bare(path, "DOUBLE", engine=engine, nulls="null"), frame.select("x"))
        for engine in ("onnx", "python")
    ]
    assert scores[0] == scores[1]
    assert scores[0][:4] == [None, None, 1.5, 2.5]


def test_an_array_of_another_length_is_a_bad_row(bare, spark, tmp_path):
    model = bare(onnx_graphs.linear(tmp_path / "model.onnx"), "DOUBLE", on_error="capture")
    data = spark.createDataFrame([([1.0, 2.0],), ([1.0],)], "x array<double>").coalesce(1)
    model_scores = by_sql(model, data)
    assert model_scores[0] == (0.5, None)
    assert model_scores[1][0] is None
    assert "1 values, not 2" in model_scores[1][1]


def test_only_the_row_that_a_graph_fails_on_is_bad(bare, spark, tmp_path):
    table = numpy_helper.from_array(np.asarray([1.5, 2.5, 3.5], dtype=np.float32), "table")
    path = onnx_graphs.saved(
        tmp_path / "model.onnx",
        [helper.make_node("Gather", ["table", "x"], ["y"])],
        [onnx_graphs.tensor("x", TensorProto.INT64, "rows")],
        [onnx_graphs.tensor("y", TensorProto.FLOAT, "rows")],
        [table],
    )
    data = spark.sql("SELECT explode(array(0L, 9L, 2L)) AS x").coalesce(1)
    assert by_sql(bare(path, "DOUBLE", on_error="null"), data) == [1.5, None, 3.5]
    with pytest.raises(Exception, match="PREDICT_BAD_ROW"):
        by_sql(bare(path, "DOUBLE"), data)


def test_two_answers_of_one_model_are_one_run(bare, spark, stored, tmp_path):
    path = onnx_graphs.classifier(tmp_path / "model.onnx")
    label = bare(path, "STRING")
    all_of_it = bare(path, "ARRAY<DOUBLE>", output="probabilities")
    stored.createOrReplaceTempView("stored")
    frame = spark.sql(
        f"SELECT PREDICT('{label.alias}', a, b) AS label, "
        f"PREDICT('{all_of_it.alias}', a, b) AS p FROM stored"
    )
    assert plan(frame).count("ScoreBlocks") == 1
    assert {row.label for row in frame.collect()} <= {"low", "middle", "high", None}


def test_texts_stay_with_python(bare, tmp_path):
    model = bare(onnx_graphs.mixed(tmp_path / "model.onnx"), "DOUBLE", engine="auto")
    assert model.info().engine == "python"
    assert "it comes out again as text" in model.info().reasons["onnx"]


def test_no_session_stays_open_and_none_is_loaded_twice(bare, spark, stored, sessions, tmp_path):
    before = sessions.open()
    model = bare(onnx_graphs.linear(tmp_path / "model.onnx"), "DOUBLE")
    stored.createOrReplaceTempView("stored")
    call = f"SELECT PREDICT('{model.alias}', a, b) AS score FROM stored"
    for _ in range(5):
        assert len(spark.sql(f"{call} LIMIT 3").collect()) == 3
        assert spark.sql(call).where("score < -1e9").count() == 0
    assert spark.sql(f"SELECT PREDICT('{model.alias}', a, b) FROM stored WHERE id < 0").count() == 0
    assert sessions.open() == before + 1
    sessions.evict(0)
    assert sessions.open() == 0
    assert spark.sql(call).count() == 10_000  # loads it again


def test_direct_memory_is_given_back(bare, spark, stored, tmp_path):
    path = onnx_graphs.linear(tmp_path / "model.onnx")
    model = bare(path, "DOUBLE")
    stored.createOrReplaceTempView("stored")
    jvm = spark.sparkContext._jvm
    query = f"SELECT sum(PREDICT('{model.alias}', a, b)) FROM stored"
    spark.sql(query).collect()
    pool = jvm.java.lang.management.ManagementFactory.getPlatformMXBeans(
        jvm.java.lang.Class.forName("java.lang.management.BufferPoolMXBean")
    )
    direct = next(one for one in pool if one.getName() == "direct")
    before = direct.getMemoryUsed()
    for _ in range(20):
        spark.sql(query).collect()
    assert direct.getMemoryUsed() - before < 1 << 20


def test_weights_in_another_file_are_found(bare, pairs, tmp_path):
    path = onnx_graphs.with_weights_outside(tmp_path / "m" / "model.onnx", "parts/weights.bin")
    assert by_sql(bare(path.parent, "DOUBLE"), pairs) == FORMULA


def test_weights_that_are_others_on_the_way_are_not_used(bare, pairs, sessions, spark, tmp_path):
    path = onnx_graphs.with_weights_outside(tmp_path / "m" / "model.onnx", "parts/weights.bin")
    model = bare(path.parent, "DOUBLE")
    assert by_sql(model, pairs) == FORMULA
    name = model._artifact.path.name
    sent = Path(spark.sparkContext._jvm.org.apache.spark.SparkFiles.get(name))
    place = sent.read_bytes().index(onnx_graphs.WEIGHTS.tobytes())
    for weights in (onnx_graphs.WEIGHTS + 1, onnx_graphs.WEIGHTS):
        sessions.evict(0)
        with sent.open("r+b") as file:
            file.seek(place)
            file.write(weights.tobytes())
        if weights is onnx_graphs.WEIGHTS:
            assert by_sql(model, pairs) == FORMULA
        else:
            with pytest.raises(Exception, match=r"holds another model/parts/weights\.bin"):
                by_sql(model, pairs)
            assert sessions.open() == 0


def test_a_session_in_use_is_not_closed(bare, spark, stored, sessions, tmp_path):
    model = bare(onnx_graphs.linear(tmp_path / "model.onnx"), "DOUBLE")
    stored.createOrReplaceTempView("stored")
    rows = spark.sql(
        f"SELECT PREDICT('{model.alias}', a, b) AS score FROM stored"
    ).toLocalIterator()
    next(rows)
    assert sessions.open() == 1
    for _ in range(10):  # while the query is under way, and between its tasks
        sessions.evict(0)
        next(rows)
    assert len(list(rows)) == 10_000 - 11


@pytest.mark.parametrize(
    ("versions", "wanted"),
    [
        ([], "not on the class path"),
        (["1.8.1"], "1.8.1 is too old"),
        (["1.26.0"], "wrong labels"),
        (["1.8.1", "1.24.2", "1.26.0"], "1.24.2"),
    ],
)
def test_the_best_jar_is_taken_or_a_reason_given(spark, versions, wanted):
    jvm = spark.sparkContext._jvm
    library = jvm.io.sparkpredict.engine.onnx.Library
    version = getattr(jvm.io.sparkpredict.engine.onnx, "Library$Version$")
    jars = [
        getattr(jvm.io.sparkpredict.engine.onnx, "Library$Jar")(
            None, getattr(version, "MODULE$").parse(text).get()
        )
        for text in versions
    ]
    assert wanted in str(library.chosen(jvm.PythonUtils.toSeq(jars)))
