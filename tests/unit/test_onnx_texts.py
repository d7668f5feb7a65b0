# SPDX-License-Identifier: Apache-2.0
"""Which texts of a graph stay with Python, because ONNX Runtime's Java library alters some."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from onnx_graphs import tensor
from sparkpredict.onnx.texts import altered

TEXT, FLAG, WHOLE = TensorProto.STRING, TensorProto.BOOL, TensorProto.INT64
PLAIN = ["rot", "grün", "日本"]
SHOWN = "alters NUL and characters such as emoji in texts, which"


def node(kind, given, made, domain="", **attributes):
    return helper.make_node(kind, given, made, domain=domain, **attributes)


def encoder(given, made, keys=PLAIN):
    values = list(range(len(keys)))
    return node(
        "LabelEncoder", [given], [made], "ai.onnx.ml", keys_strings=keys, values_int64s=values
    )


def found(nodes, outputs, constants=(), inputs=("x",), functions=()):
    graph = helper.make_graph(
        nodes,
        "graph",
        [tensor(name, TEXT, "rows", 1) for name in inputs],
        [tensor(name, kind, "rows", 1) for name, kind in outputs.items()],
        list(constants),
    )
    return altered(helper.make_model(graph, functions=functions))


def texts(name, *values):
    return helper.make_tensor(name, TEXT, [len(values)], [value.encode() for value in values])


def number(name, value):
    return numpy_helper.from_array(np.asarray(value, dtype=np.int64), name)


@pytest.mark.parametrize(
    "last",
    [
        encoder("moved", "y"),
        node("OneHotEncoder", ["moved"], ["y"], "ai.onnx.ml", cats_strings=PLAIN),
        node(
            "CategoryMapper",
            ["moved"],
            ["y"],
            "ai.onnx.ml",
            cats_strings=PLAIN,
            cats_int64s=[0, 1, 2],
        ),
        node("Equal", ["moved", "stored"], ["y"]),
        node("LabelEncoder", ["moved"], ["y"], "ai.onnx.ml", keys_tensor=texts("keys", *PLAIN)),
        node("Shape", ["moved"], ["y"]),
    ],
    ids=lambda one: one.op_type,
)
def test_a_text_that_is_only_looked_for_is_as_good_in_java(last):
    path = [
        node("Concat", ["x", "z"], ["both"], axis=1),
        node("Gather", ["both", "place"], ["one"], axis=1),
        node("Reshape", ["one", "size"], ["moved"]),
    ]
    constants = [number("place", [0]), number("size", [-1, 1]), texts("stored", "rot")]
    assert found([*path, last], {"y": WHOLE}, constants, inputs=("x", "z")) == {}


@pytest.mark.parametrize("text", ["🦀", "a\0b", b"\xc0\x80"], ids=["emoji", "nul", "no utf-8"])
def test_a_stored_text_that_java_alters_keeps_its_input_in_python(text):
    refused = found([encoder("x", "y", keys=["rot", text])], {"y": WHOLE})
    assert refused["x"].endswith("LabelEncoder does more than find it among texts without them")
    one = texts("stored", "rot")
    one.string_data[0] = text if isinstance(text, bytes) else text.encode()
    assert "x" in found([node("Equal", ["x", "stored"], ["y"])], {"y": FLAG}, [one])


def test_of_several_inputs_only_the_one_that_comes_out_is_refused():
    nodes = [node("Identity", ["x"], ["y"]), encoder("z", "place")]
    assert found(nodes, {"y": TEXT, "place": WHOLE}, inputs=("x", "z")) == {
        "x": f"ONNX Runtime's Java library {SHOWN} shows in its input x: it comes out again as y"
    }


@pytest.mark.parametrize(
    "nodes",
    [
        [node("StringNormalizer", ["x"], ["y"])],
        [node("Equal", ["x", "z"], ["y"])],
        [node("Equal", ["x", "unknown"], ["y"])],
        [node("Where", ["flag", "x", "z"], ["y"])],
        [node("Identity", ["x"], ["same"]), node("Cast", ["same"], ["y"], to=WHOLE)],
        # what comes first may stand last
        [node("Cast", ["same"], ["y"], to=WHOLE), node("Identity", ["x"], ["same"])],
        [node("LabelEncoder", ["x"], ["y"], "else.where", keys_strings=PLAIN)],
    ],
)
def test_whatever_else_reads_a_text_keeps_it_in_python(nodes):
    assert "x" in found(nodes, {"y": TEXT}, inputs=("x", "z"))


def test_a_function_of_the_model_is_not_what_its_name_says():
    function = helper.make_function(
        "ai.onnx.ml", "LabelEncoder", ["x"], ["y"], [node("Identity", ["x"], ["y"])], []
    )
    assert "x" in found([encoder("x", "y")], {"y": WHOLE}, functions=[function])


def branch(made, *nodes):
    return helper.make_graph(list(nodes), made, [], [tensor(made, TEXT, "rows", 1)])


def test_texts_are_followed_into_inner_graphs():
    one = branch("inner", encoder("x", "inner"))
    nodes = [node("If", ["flag"], ["y"], then_branch=one, else_branch=one)]
    assert found(nodes, {"y": WHOLE}) == {}
    other = branch("echo", node("Identity", ["x"], ["echo"]))
    nodes = [node("If", ["flag"], ["y"], then_branch=one, else_branch=other)]
    assert "x" in found(nodes, {"y": TEXT})


def test_an_output_that_may_have_a_text_that_java_alters_is_refused():
    labels = node(
        "LabelEncoder",
        ["at"],
        ["y"],
        "ai.onnx.ml",
        keys_int64s=[0, 1],
        values_strings=["rot", "🦀"],
    )
    assert found([encoder("x", "at"), labels], {"y": TEXT, "at": WHOLE}) == {
        "y": f"ONNX Runtime's Java library {SHOWN} its output y may have"
    }
    plain = onnx.NodeProto()
    plain.CopyFrom(labels)
    next(one for one in plain.attribute if one.name == "values_strings").strings[1] = b"blau"
    assert found([encoder("x", "at"), plain], {"y": TEXT}) == {}
