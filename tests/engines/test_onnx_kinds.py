# SPDX-License-Identifier: Apache-2.0
"""Graphs of all kinds that exporters write: any opset, quantised, with tokenizers, sequences."""

from __future__ import annotations

import onnx
import pytest

import onnx_kinds
from engine import ENGINE
from onnx_graphs import FORMULA
from scores import assert_same_scores, by_sql

NEWEST = onnx.defs.onnx_opset_version()


@pytest.mark.parametrize("opset", [7, 9, 13, 17, 22, NEWEST])
def test_graphs_of_all_opsets_score(bare, pairs, tmp_path, opset):
    model = bare(onnx_kinds.of_opset(tmp_path / "model.onnx", opset), "DOUBLE")
    assert by_sql(model, pairs) == FORMULA


@pytest.mark.parametrize("made", [onnx_kinds.quantised, onnx_kinds.brain])
def test_quantised_graphs_score_as_the_library_does(bare, pairs, tmp_path, made):
    offset = 0.5 if made is onnx_kinds.brain else 0.0  # it has no such number to add
    model = bare(made(tmp_path / "model.onnx"), "DOUBLE")
    assert_same_scores(model, pairs, [value - offset for value in FORMULA])


def test_a_graph_that_is_quantised_by_its_batch_stays_with_python(bare, pairs, tmp_path):
    model = bare(onnx_kinds.quantised_by_batch(tmp_path / "model.onnx"), "DOUBLE", engine="auto")
    info = model.info()
    assert info.engine == "python"
    assert "depends on the rows beside it" in info.reasons["onnx"]
    assert by_sql(model, pairs) == pytest.approx(FORMULA, abs=0.05)


@pytest.mark.parametrize(
    ("made", "returns", "expected"),
    [
        pytest.param(onnx_kinds.of_texts, "DOUBLE", [1.0, 0.0, -1.0], id="words"),
        pytest.param(onnx_kinds.split, "INT", [3, 1, 2], id="split"),
        pytest.param(onnx_kinds.normalised, "INT", [9, 0, 9], id="normalised"),
    ],
)
def test_texts_are_taken_apart_in_the_graph(bare, spark, tmp_path, made, returns, expected):
    data = spark.createDataFrame([("good good bad",), ("Rot",), ("bad 🦀",)], "text string")
    assert_same_scores(bare(made(tmp_path / "model.onnx"), returns), data.coalesce(1), expected)


def test_a_sequence_is_an_array_of_its_part_of_each_tensor(bare, pairs, tmp_path):
    path = onnx_kinds.in_sequences(tmp_path / "model.onnx")
    model = bare(path, "score DOUBLE, both ARRAY<ARRAY<DOUBLE>>")
    assert by_sql(model, pairs) == [(value, [[value], [value]]) for value in FORMULA]
    alone = bare(path, "DOUBLE")
    assert by_sql(alone, pairs) == FORMULA
    if ENGINE == "auto":
        assert "both" in model.info().reasons["onnx"]
