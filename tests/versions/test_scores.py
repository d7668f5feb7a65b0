# SPDX-License-Identifier: Apache-2.0
"""A first score on each Spark, by every way to call a model."""

from __future__ import annotations

from functools import partial

import pytest

import onnx_graphs
from scores import assert_same_scores


@pytest.fixture(params=["compiled", "python"])
def bind(request, bind):
    """Binds by each engine, of which the other tests have one."""
    return partial(bind, engine=request.param)


@pytest.mark.parametrize("engine", ["onnx", "python"])
def test_a_graph_scores_the_same_by_every_way(bare, points, tmp_path, engine):
    model = bare(onnx_graphs.linear(tmp_path / "model.onnx"), "DOUBLE", engine=engine)
    assert model.info().engine == engine
    expected = [2 * row.a - row.b + 0.5 for row in points.collect()]
    assert_same_scores(model, points.select("a", "b"), expected)


def test_a_model_with_a_signature_scores_the_same_by_every_way(bind, points, regression):
    model = bind(regression)
    assert_same_scores(model, points.select("a", "b"), regression.scores(points.collect()))


def test_a_model_without_a_signature_scores_the_same_by_every_way(bind, points, unsigned):
    model = bind(unsigned)
    assert_same_scores(model, points.select("a", "b"), unsigned.scores(points.collect()))


def test_text_labels_score_the_same_by_every_way(bind, points, labels):
    model = bind(labels, "STRING")
    assert_same_scores(model, points.select("a", "b"), labels.scores(points.collect()))


def test_a_star_in_where_stands_for_all_columns(spark, bind, alias, points, regression):
    bind(regression)
    rows = points.collect()
    scored = zip(rows, regression.scores(rows))
    expected = [(row.id, score) for row, score in scored if score > 2]
    query = f"SELECT id, PREDICT('{alias}', *) FROM points WHERE PREDICT('{alias}', *) > 2"
    assert 0 < len(expected) < len(rows)
    assert [tuple(row) for row in spark.sql(query).collect()] == expected
