# SPDX-License-Identifier: Apache-2.0
"""What a graph says of itself, by its protobuf alone, and a bare one as MLflow's folder."""

from __future__ import annotations

import os
from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper

import onnx_graphs
from sparkpredict import package
from sparkpredict.errors import ModelError
from sparkpredict.onnx import folder, graph
from sparkpredict.worker.artifact import TreeDigest


@pytest.fixture
def file(tmp_path):
    return tmp_path / "there" / "model.onnx"


def cause(error):
    assert error.value.condition == "PREDICT_ONNX_MODEL_INVALID"
    return str(error.value)


def test_it_says_inputs_outputs_and_versions(file):
    found = graph.read(onnx_graphs.mixed(file))
    assert [(one.name, one.dtype, one.shape) for one in found.inputs] == [
        ("size", "float32", (-1, 1)),
        ("count", "int64", (-1, 1)),
        ("flag", "bool", (-1, 1)),
        ("name", "str", (-1,)),
    ]
    assert [one.name for one in found.outputs] == ["total", "text"]
    assert (found.ir, found.opsets, found.nodes) == (8, {"": 15, "ai.onnx.ml": 3}, 5)


def test_constants_that_older_graphs_list_among_the_inputs_are_none(file):
    model = onnx.load(str(onnx_graphs.linear(file)))
    model.graph.input.append(onnx_graphs.tensor("weights", TensorProto.FLOAT, 2, 1))
    file.write_bytes(model.SerializeToString())
    assert [one.name for one in graph.read(file).inputs] == ["X"]


@pytest.mark.parametrize("place", ["weights.bin", "parts/weights.bin"])
def test_weights_in_other_files_are_found_and_not_read(file, place):
    onnx_graphs.with_weights_outside(file, place)
    assert graph.read(file).external == (place,)


@pytest.mark.parametrize("place", ["../weights.bin", "a/../../weights.bin"])
def test_weights_outside_the_folder_are_refused(file, place):
    onnx_graphs.with_weights_outside(file, place)
    with pytest.raises(ModelError) as error:
        graph.read(file)
    assert "outside its folder" in cause(error)


def test_an_absolute_place_is_refused(file, tmp_path):
    onnx_graphs.with_weights_outside(file, "weights.bin")
    model = onnx.load(str(file), load_external_data=False)
    (entry,) = [e for one in model.graph.initializer for e in one.external_data]
    entry.value = str(tmp_path / "weights.bin")
    file.write_bytes(model.SerializeToString())
    with pytest.raises(ModelError) as error:
        graph.read(file)
    assert "outside its folder" in cause(error)


def test_a_link_out_of_the_folder_is_refused(file, tmp_path):
    onnx_graphs.with_weights_outside(file, "weights.bin")
    (file.parent / "weights.bin").rename(tmp_path / "secret")
    (file.parent / "weights.bin").symlink_to(tmp_path / "secret")
    with pytest.raises(ModelError) as error:
        graph.read(file)
    assert "a link to outside" in cause(error)


def test_missing_weights_are_told_by_their_path(file):
    onnx_graphs.with_weights_outside(file, "weights.bin")
    (file.parent / "weights.bin").unlink()
    with pytest.raises(ModelError) as error:
        graph.read(file)
    assert str(file.parent / "weights.bin") in cause(error)


def test_weights_inside_an_operator_are_looked_for_too(file):
    outside = helper.make_tensor("w", TensorProto.FLOAT, [2, 1], [0.0, 0.0])
    outside.ClearField("float_data")
    outside.data_location = TensorProto.EXTERNAL
    entry = outside.external_data.add()
    entry.key, entry.value = "location", "../../etc/passwd"
    model = onnx.load(str(onnx_graphs.linear(file)))
    model.graph.node.append(helper.make_node("Constant", [], ["w"], value=outside))
    file.write_bytes(model.SerializeToString())
    with pytest.raises(ModelError) as error:
        graph.read(file)
    assert "outside its folder" in cause(error)


def test_a_batch_of_a_fixed_size_is_refused_with_the_cure(file):
    with pytest.raises(ModelError) as error:
        graph.read(onnx_graphs.linear(file, batch=1))
    assert "batches of 1 rows only" in cause(error)
    assert "dynamic_axes={'X': {0: 'batch'}}" in cause(error)


@pytest.mark.parametrize(
    ("kind", "named"), [(TensorProto.BFLOAT16, "bfloat16"), (TensorProto.COMPLEX64, "complex64")]
)
def test_an_element_type_that_no_column_has_is_named(file, kind, named):
    model = onnx.load(str(onnx_graphs.linear(file)))
    model.graph.input[0].type.tensor_type.elem_type = kind
    file.write_bytes(model.SerializeToString())
    with pytest.raises(ModelError) as error:
        graph.read(file)
    assert f"its input X is a tensor of {named}, of which no column is made" in cause(error)


def test_texts_that_encoders_know_are_told(file):
    assert graph.read(onnx_graphs.encoded(file, "rot", "grün", "🦀")).texts == ("rot", "grün", "🦀")


@pytest.mark.parametrize(
    "content", [b"", b"no graph", os.urandom(1000)], ids=["empty", "text", "noise"]
)
def test_what_is_no_graph_is_refused(file, content):
    file.parent.mkdir()
    file.write_bytes(content)
    with pytest.raises(ModelError) as error:
        graph.read(file)
    assert "no ONNX model" in cause(error)


def test_a_graph_that_is_cut_off_is_refused(file):
    content = onnx_graphs.linear(file).read_bytes()
    file.write_bytes(content[: len(content) // 2])
    with pytest.raises(ModelError) as error:
        graph.read(file)
    cause(error)


@pytest.mark.parametrize(
    ("texts", "labels"), [(True, ("high", "low", "middle")), (False, (0, 1, 2))]
)
@pytest.mark.parametrize("zipmap", [True, False])
def test_a_classifier_states_its_labels(tmp_path, zipmap, texts, labels):
    path = onnx_graphs.classifier(tmp_path / "model.onnx", zipmap=zipmap, texts=texts)
    assert graph.read(path).classes == labels


def test_without_the_package_one_sentence_says_what_to_install(file, monkeypatch):
    onnx_graphs.linear(file)
    onnx_graphs.without_package(monkeypatch)
    with pytest.raises(ModelError, match=r"pip install spark-predict\[onnx\]"):
        graph.read(file)


def as_folder(found, tmp_path):
    staging = tmp_path / "staging"
    staging.mkdir(exist_ok=True)
    return folder.as_mlflow(found, staging, "m")


@pytest.mark.parametrize("by_file", [True, False])
def test_a_bare_graph_becomes_a_folder_with_its_weights_and_nothing_else(file, tmp_path, by_file):
    onnx_graphs.with_weights_outside(file, "parts/weights.bin")
    (file.parent / "notes.txt").write_text("of somebody")
    made = as_folder(file if by_file else file.parent, tmp_path)
    names = sorted(path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file())
    assert names == ["MLmodel", "model.onnx", "parts/weights.bin"]
    described = package.read(made)
    assert described.flavor == "onnx"
    assert described.inputs == [
        {"type": "tensor", "name": "X", "tensor-spec": {"dtype": "float32", "shape": [-1, 2]}}
    ]


def test_the_same_graph_gives_the_same_digest(file, tmp_path):
    onnx_graphs.linear(file)
    assert digest(as_folder(file, tmp_path)) == digest(as_folder(file, tmp_path))


def digest(made):
    found = TreeDigest()
    for path in sorted(made.rglob("*")):
        with path.open("rb") as source, Path(os.devnull).open("wb") as target:
            found.copy(path.name, source, target)
    return found.hexdigest()


def test_a_folder_without_a_graph_or_with_several_is_refused(file, tmp_path):
    file.parent.mkdir()
    with pytest.raises(ModelError) as error:
        as_folder(file.parent, tmp_path)
    assert "no file *.onnx" in cause(error)
    onnx_graphs.linear(file)
    onnx_graphs.linear(file.with_name("other.onnx"))
    with pytest.raises(ModelError) as error:
        as_folder(file.parent, tmp_path)
    assert "model.onnx, other.onnx" in cause(error)


def test_a_folder_of_mlflow_is_told_apart(file, tmp_path):
    onnx_graphs.linear(file)
    (file.parent / "MLmodel").write_text("{}")
    with pytest.raises(ModelError) as error:
        as_folder(file.parent, tmp_path)
    assert "runtime='mlflow'" in cause(error)
