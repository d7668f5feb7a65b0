# SPDX-License-Identifier: Apache-2.0
"""What a graph may not do: open files elsewhere, bring operators, or be larger than it may."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

import onnx_graphs
from onnx_loops import loop, turns
from sparkpredict.errors import ModelError
from sparkpredict.onnx import graph
from sparkpredict.onnx.limits import Limits


@pytest.fixture
def file(tmp_path):
    return tmp_path / "model" / "model.onnx"


def elsewhere(place):
    """A constant of one number that says that it is in another file."""
    found = TensorProto(name="constant", dims=[1], data_type=TensorProto.FLOAT)
    found.data_location = TensorProto.EXTERNAL
    found.external_data.add(key="location", value=place)
    return found


def in_an_initializer(model, constant):
    model.graph.initializer.append(constant)


def in_a_sparse_one(model, constant):
    sparse = model.graph.sparse_initializer.add()
    sparse.values.CopyFrom(constant)
    sparse.indices.CopyFrom(numpy_helper.from_array(np.zeros(1, dtype="int64")))
    sparse.dims.append(4)


def in_an_attribute(model, constant):
    model.graph.node.append(helper.make_node("Constant", [], ["c"], value=constant))


def in_a_sparse_attribute(model, constant):
    node = model.graph.node.add(op_type="Constant", output=["c"])
    attribute = node.attribute.add(name="sparse_value", type=onnx.AttributeProto.SPARSE_TENSOR)
    attribute.sparse_tensor.values.CopyFrom(constant)


def in_a_loop(model, constant):
    node = loop("X", "moved", helper.make_node("Identity", ["carried"], ["carried_out"]))
    (body,) = (one for one in node.attribute if one.name == "body")
    body.g.initializer.append(constant)
    model.graph.node.append(node)
    model.graph.initializer.append(turns(1))


def in_a_function(model, constant):
    function = helper.make_function(
        "own", "Own", [], ["c"], [helper.make_node("Constant", [], ["c"], value=constant)], []
    )
    model.functions.append(function)


def in_its_training(model, constant):
    model.training_info.add().initialization.initializer.append(constant)


HIDDEN = [
    in_an_initializer,
    in_a_sparse_one,
    in_an_attribute,
    in_a_sparse_attribute,
    in_a_loop,
    in_a_function,
    in_its_training,
]


@pytest.mark.parametrize("hide", HIDDEN, ids=lambda one: one.__name__)
@pytest.mark.parametrize(
    "place",
    ["../secret", "a/../../secret", "/etc/hostname", "C:\\secret", "*/_ORT_MEM_ADDR_/*", ""],
)
def test_weights_elsewhere_are_refused_wherever_they_are_named(file, hide, place):
    model = onnx.load(str(onnx_graphs.linear(file)))
    (file.parent.parent / "secret").write_bytes(bytes(4))
    hide(model, elsewhere(place))
    file.write_bytes(model.SerializeToString())
    with pytest.raises(ModelError, match="its weights lie outside its folder") as error:
        graph.read(file)
    assert error.value.condition == "PREDICT_ONNX_MODEL_INVALID"


@pytest.mark.parametrize("hide", HIDDEN, ids=lambda one: one.__name__)
@pytest.mark.parametrize("linked", ["weights", "parts/weights"], ids=["file", "folder"])
def test_a_link_to_elsewhere_is_refused_wherever_it_is_named(file, hide, linked):
    model = onnx.load(str(onnx_graphs.linear(file)))
    outside = file.parent.parent / "outside"
    outside.mkdir()
    (outside / "weights").write_bytes(bytes(4))
    target = outside if "/" in linked else outside / "weights"
    (file.parent / linked.partition("/")[0]).symlink_to(target)
    hide(model, elsewhere(linked))
    file.write_bytes(model.SerializeToString())
    with pytest.raises(ModelError, match="a link to outside its folder"):
        graph.read(file)


def test_weights_in_a_file_of_a_sub_folder_are_found_in_all_places(file):
    model = onnx.load(str(onnx_graphs.linear(file)))
    for at, hide in enumerate(HIDDEN):
        place = file.parent / "parts" / f"{at}.bin"
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(bytes(4))
        hide(model, elsewhere(f"parts/{at}.bin"))
    file.write_bytes(model.SerializeToString())
    assert graph.read(file).external == tuple(f"parts/{at}.bin" for at in range(len(HIDDEN)))


def test_custom_operators_are_refused_by_their_names_at_any_depth(file):
    model = onnx.load(str(onnx_graphs.linear(file)))
    turn = helper.make_node("Tokenize", ["carried"], ["carried_out"], domain="ai.onnx.contrib")
    model.graph.node.extend(
        [loop("X", "moved", turn), helper.make_node("Own", [], ["o"], domain="my")]
    )
    model.graph.initializer.append(turns(1))
    file.write_bytes(model.SerializeToString())
    with pytest.raises(ModelError, match=r"needs ai\.onnx\.contrib:Tokenize, my:Own,") as error:
        graph.read(file)
    assert error.value.condition == "PREDICT_ONNX_OPERATORS_UNKNOWN"


def test_functions_of_the_model_and_operators_of_every_build_are_taken(file):
    model = onnx.load(str(onnx_graphs.linear(file)))
    in_a_function(model, numpy_helper.from_array(onnx_graphs.BIAS))
    model.graph.node.extend(
        [
            helper.make_node("Own", [], ["o"], domain="own"),
            helper.make_node("Gelu", ["X"], ["g"], domain="com.microsoft"),
        ]
    )
    file.write_bytes(model.SerializeToString())
    assert graph.read(file).nodes == 5


def test_operators_are_counted_at_all_depths(file):
    model = onnx.load(str(onnx_graphs.linear(file)))
    in_a_loop(model, numpy_helper.from_array(onnx_graphs.BIAS, "constant"))
    file.write_bytes(model.SerializeToString())
    assert graph.read(file, most=Limits(nodes=5)).nodes == 5
    with pytest.raises(ModelError, match="has more than 4 operators, more than") as error:
        graph.read(file, most=Limits(nodes=4))
    assert error.value.condition == "PREDICT_ONNX_MODEL_TOO_LARGE"
    assert "onnx.maxNodes" in str(error.value)


def test_a_file_that_is_too_large_is_not_read(file, monkeypatch):
    onnx_graphs.linear(file)
    size = file.stat().st_size
    graph.read(file, most=Limits(bytes=size))
    monkeypatch.setattr(onnx, "load", lambda *_, **__: pytest.fail("it was read"))
    with pytest.raises(ModelError, match=f"has {size} bytes, more than .*onnx.maxBytes"):
        graph.read(file, most=Limits(bytes=size - 1))
