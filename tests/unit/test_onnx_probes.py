# SPDX-License-Identifier: Apache-2.0
"""A graph is asked in a process of its own, and what it says there is what probes hold."""

from __future__ import annotations

import os
import sys
import time

import numpy as np
import onnx
import onnxruntime
import psutil
import pytest
from onnx import TensorProto

import onnx_graphs
import onnx_loops
from sparkpredict.compile import container
from sparkpredict.onnx import child, graph, probes, zipmap
from sparkpredict.onnx.asked import Asked


@pytest.fixture
def file(tmp_path):
    return tmp_path / "model.onnx"


def probed(path, examples=(), seconds=60):
    return probes.probed(graph.read(path), path, list(examples), seconds)


def answers(path, examples=()):
    """The head, the inputs by name as a session takes them, and the arrays."""
    found = probed(path, examples)
    assert found.content is not None, found.reason
    head, arrays = container.read(child.MAGIC, found.content)
    feeds = {}
    for one, said in zip(head["inputs"], graph.read(path).inputs):
        values = arrays[one.get("values", one.get("codes"))].reshape(head["rows"], *one["shape"])
        kind = said.dtype if said.dtype != "str" else "object"
        feeds[one["name"]] = child.feed({**one, "type": kind}, values)
    return head, feeds, arrays


def texts(head, arrays, name):
    told = head["outputs"][name]
    return [told["texts"][at] for at in arrays[told["codes"]]]


def directly(path, feeds):
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return session.run(None, feeds)


def test_the_answers_are_those_of_onnx_runtime_for_the_same_rows(file):
    head, feeds, arrays = answers(onnx_graphs.linear(file))
    (score,) = directly(file, feeds)
    told = head["outputs"]["score"]
    np.testing.assert_array_equal(arrays[told["values"]], score.ravel().astype(np.float64))
    assert (told["shape"], head["rows"]) == ([1], 64)


def test_rows_have_zeros_ones_large_and_whole_numbers_and_nan(file):
    _, feeds, _ = answers(onnx_graphs.linear(file))
    rows = feeds["X"]
    assert rows[0].tolist() == [0, 0]
    assert rows[1].tolist() == [1, 1]
    assert np.abs(rows[2]).max() > 100
    assert (rows[3] == np.round(rows[3])).all()
    assert np.isnan(rows).sum(axis=1).tolist()[4:6] == [2, 1]


def test_a_step_of_an_input_widens_what_agrees_and_nothing_else_does(file):
    head, feeds, arrays = answers(onnx_graphs.linear(file))
    within, score = arrays["within.score"], arrays["output.score"]
    large = np.abs(feeds["X"]).max(axis=1) > 100
    assert (within[large] < 2e-4 * np.abs(score[large])).all()
    assert (within[~large & np.isfinite(score)] < 2e-3).all()
    assert (within[np.isfinite(score)] >= 1e-5 + 1e-4 * np.abs(score[np.isfinite(score)])).all()
    assert head["outputs"]["score"]["within"] == "within.score"


def test_all_element_types_and_several_outputs_come_through(file):
    head, feeds, arrays = answers(onnx_graphs.mixed(file))
    total, text = directly(file, feeds)
    np.testing.assert_array_equal(arrays["output.total"], total.ravel().astype(np.float64))
    assert texts(head, arrays, "text") == text.tolist()
    assert {"", "Größe 日本 🦀"} <= set(text)
    assert {bool(flag) for flag in feeds["flag"].ravel()} == {True, False}


def test_texts_that_the_graph_knows_are_asked_and_one_that_it_does_not(file):
    head, feeds, arrays = answers(onnx_graphs.encoded(file, "rot", "grün", "🦀"))
    by_text = dict(zip(feeds["name"].ravel(), arrays["output.place"].tolist()))
    assert (by_text["rot"], by_text["grün"], by_text["🦀"], by_text["unknown to all"]) == (
        0,
        1,
        2,
        9,
    )
    assert "within" not in head["outputs"]["place"]


def test_texts_that_look_like_known_ones_or_that_java_alters_are_asked(file):
    _, feeds, _ = answers(onnx_graphs.encoded(file, "rot", "grün", "🦀"))
    asked = set(feeds["name"].ravel())
    assert {"", "a\0b", "Größe 日本 🦀", "gru\u0308n", "rot\0", "rot🦀"} <= asked


@pytest.mark.parametrize(
    ("kind", "least", "most"),
    [("INT8", -128, 127), ("UINT8", 0, 255), ("INT16", -32768, 32767), ("UINT16", 0, 65535)],
)
def test_narrow_numbers_are_asked_to_their_ends(file, kind, least, most):
    _, feeds, _ = answers(onnx_graphs.echo(file, getattr(TensorProto, kind), 1))
    assert (feeds["x"].min(), feeds["x"].max()) == (least, most)


def test_numbers_of_two_bytes_agree_by_their_own_steps(file):
    _, feeds, arrays = answers(onnx_graphs.echo(file, TensorProto.FLOAT16, 1))
    values = feeds["x"].ravel().astype(np.float64)
    within = arrays["within.y"][np.isfinite(values)]
    step = 2.0**-10 * np.abs(values[np.isfinite(values)])
    assert (within >= 4 * step).all()
    assert (within <= 1e-5 + 16 * step).all()


def test_a_saved_example_is_the_first_row(file):
    _, feeds, _ = answers(onnx_graphs.linear(file), [[[7.0, -3.0]]])
    assert feeds["X"][:2].tolist() == [[7, -3], [0, 0]]
    _, feeds, _ = answers(onnx_graphs.encoded(file, "rot", "grün", "🦀"), [["blau"]])
    assert feeds["name"][0].tolist() == ["blau"]
    _, feeds, _ = answers(onnx_graphs.linear(file), [["three", 7.0]])
    assert len(feeds["X"]) == 64


def test_rows_of_an_open_size_have_some_length(file):
    head, _, _ = answers(onnx_graphs.echo(file, TensorProto.FLOAT, "length"))
    assert head["inputs"][0]["shape"] == head["outputs"]["y"]["shape"] == [8]


def test_wide_rows_are_few(file):
    head, _, _ = answers(onnx_graphs.echo(file, TensorProto.FLOAT, 100, 1000))
    assert 4 <= head["rows"] <= 8


def test_a_slow_graph_is_asked_few_rows(file):
    onnx_graphs.linear(file)
    session = Slow(onnxruntime.InferenceSession(str(file)))
    feeds = {"X": np.ones((64, 2), dtype=np.float32)}
    assert len(Asked(session, ["score"], feeds, 2).taken) == 4
    assert len(Asked(session, ["score"], feeds, 600).taken) == 64


class Slow:
    """A session that takes some time for each run."""

    def __init__(self, session):
        self.session = session

    def run(self, *arguments):
        time.sleep(0.05)
        return self.session.run(*arguments)


def test_labels_that_a_step_could_change_are_close(file):
    onnx_graphs.classifier(file)
    head, feeds, arrays = answers(file, [])
    label, _ = directly(file, feeds)
    assert texts(head, arrays, "label") == label.tolist()
    close = arrays[head["outputs"]["label"]["close"]]
    assert close[np.isnan(feeds["X"]).any(axis=1)].all()
    assert close.sum() <= 6


def test_the_same_graph_has_the_same_probes(file):
    onnx_graphs.classifier(file)
    assert probed(file).content == probed(file).content


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (onnx_graphs.drawn, "another each time"),
        (onnx_graphs.by_batch, "depends on the rows beside it"),
    ],
)
def test_what_a_row_alone_does_not_settle_has_no_probes(file, make, reason):
    found = probed(make(file))
    assert found.content is None
    assert reason in found.reason
    assert found.survived


def test_a_graph_that_onnx_runtime_does_not_load_says_why(file):
    model = onnx.load(str(onnx_graphs.linear(file)))
    model.graph.node[0].op_type, model.graph.node[0].domain = "Nobodys", "com.microsoft"
    model.opset_import.append(onnx.helper.make_opsetid("com.microsoft", 1))
    file.write_bytes(model.SerializeToString())
    found = probed(file)
    assert "ONNX Runtime does not load it" in found.reason
    assert "Nobodys" in found.reason
    assert found.survived


def test_a_graph_that_never_answers_is_left_alone(file):
    found = probed(onnx_loops.endless(file), seconds=5)
    assert found.reason == "it did not answer its probes within 5 seconds"
    assert not found.survived


def test_the_other_process_ends_with_the_one_that_was_killed(file, tmp_path):
    onnx_loops.endless(file)
    asks = (
        "from pathlib import Path; from sparkpredict.onnx import graph, probes;"
        f"path = Path({str(file)!r}); probes.probed(graph.read(path), path, [], 300)"
    )
    asking = psutil.Popen([sys.executable, "-c", asks], env={**os.environ, "TMPDIR": str(tmp_path)})
    until = time.monotonic() + 60
    while not asking.children() and time.monotonic() < until:
        time.sleep(0.2)
    (asked,) = asking.children()
    asking.kill()
    asking.wait(10)
    asked.wait(10)  # raises where it is still there


def test_a_crash_ends_the_other_process_only(file, tmp_path, monkeypatch):
    crashing = tmp_path / "python"
    crashing.write_text("#!/bin/sh\nkill -SEGV $$\n")
    crashing.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(crashing))
    found = probed(onnx_graphs.linear(file))
    assert found.reason == "the process that asked it ended by SIGSEGV"
    assert not found.survived


@pytest.mark.parametrize("named", [True, False], ids=["texts", "numbers"])
def test_without_its_zipmap_a_graph_gives_the_numbers_of_its_maps(file, named):
    onnx_graphs.classifier(file, zipmap=True, texts=named)
    edited = file.with_name("edited.onnx")
    edited.write_bytes(zipmap.without(graph.parsed(file)))
    onnx.checker.check_model(str(edited), full_check=True)
    rows = {"X": np.random.default_rng(1).normal(size=(20, 2)).astype(np.float32)}
    (label, maps), (edited_label, numbers) = directly(file, rows), directly(edited, rows)
    assert label.tolist() == edited_label.tolist()
    assert [list(one.values()) for one in maps] == numbers.tolist()
    assert list(maps[0]) == list(graph.read(file).classes)
    before, after = graph.read(file), graph.read(edited)
    assert [one.name for one in before.outputs] == [one.name for one in after.outputs]
    assert (after.outputs[1].dtype, after.outputs[1].shape) == ("float32", (-1, 3))


def test_a_graph_without_a_zipmap_is_left_as_it_is(file):
    assert zipmap.without(graph.parsed(onnx_graphs.classifier(file))) is None
