# SPDX-License-Identifier: Apache-2.0
"""Which texts of a graph ONNX Runtime's Java library would let come out as others.

It hands texts over in Java's own form of UTF-8: NUL has two bytes, and a character beyond the basic
plane is two surrogates of three bytes each. No valid UTF-8 has these bytes. So where a text is only
looked for among stored ones without such characters, it is found in either form, or in none.
Source: https://docs.oracle.com/en/java/javase/17/docs/specs/jni/types.html#modified-utf-8-strings
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sparkpredict.onnx import walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LAST = "\uffff"  # of the basic plane
_ML = "ai.onnx.ml"
_ALTERS = "ONNX Runtime's Java library alters NUL and characters such as emoji in texts, which"

# What gives the texts that it takes, in other shapes and orders.
_HANDED_ON = {
    "": frozenset(
        {
            *("Identity", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Transpose", "Expand"),
            *("Tile", "Concat", "Split", "Slice", "Compress", "Where"),
            *("Gather", "GatherElements", "GatherND"),
        }
    ),
    _ML: frozenset({"ArrayFeatureExtractor"}),
}
# What looks for the texts that it takes among those of its attributes.
_LOOKED_UP = {_ML: frozenset({"LabelEncoder", "CategoryMapper", "OneHotEncoder"})}
# What gives no texts, and does not look at them.
_MEASURED = {"": frozenset({"Shape", "Size"})}


def altered(model: Any) -> dict[str, str]:
    """Inputs and outputs of texts that the Java library cannot be trusted with, and for each why.

    Args:
        model: a ``ModelProto``.
    """
    flow = _Flow(model)
    if all(_is_plain(text) for text in _stored(model)):
        return flow.refused
    texts = [one.name for one in model.graph.output if _is_text(one)]
    stored = {name: f"{_ALTERS} its output {name} may have" for name in texts}
    return {**stored, **flow.refused}


class _Flow:
    """Follows the texts of a model's inputs to what uses them.

    Args:
        model: a ``ModelProto``.

    Attributes:
        refused: inputs whose texts are more than looked for, and why.
    """

    def __init__(self, model: Any) -> None:
        self.refused: dict[str, str] = {}
        self._own = {(one.domain, one.name) for one in model.functions}
        self._constants = dict(_constants(model.graph))
        own = {one.name for one in model.graph.initializer}
        inputs = [one.name for one in model.graph.input if _is_text(one) and one.name not in own]
        # for each value the inputs that its texts may come from
        self._sources = {name: frozenset({name}) for name in inputs}
        known = -1
        while known != (known := sum(len(one) for one in self._sources.values())):
            self._graph(model.graph)
        for name in (one.name for one in model.graph.output):
            self._refuse(self._from([name]), f"it comes out again as {name}")

    def _graph(self, graph: Any) -> None:
        for node in graph.node:
            self._node(node)

    def _node(self, node: Any) -> None:
        inner = list(walk.inner(node))
        for graph in inner:
            self._graph(graph)
        given = self._from(node.input)
        found = self._from(one.name for graph in inner for one in graph.output)
        if given and self._is(node, _HANDED_ON):
            found |= given
        elif given and not self._is(node, _MEASURED) and not self._is_lookup(node):
            self._refuse(given, f"{node.op_type} does more than find it among texts without them")
        for name in node.output:
            self._sources[name] = self._from([name]) | found

    def _from(self, names: Iterable[str]) -> frozenset[str]:
        return frozenset().union(*(self._sources.get(name, ()) for name in names))

    def _is(self, node: Any, operators: dict[str, frozenset[str]]) -> bool:
        domain = "" if node.domain == "ai.onnx" else node.domain
        own = (node.domain, node.op_type) in self._own  # a function of the model by that name
        return node.op_type in operators.get(domain, ()) and not own

    def _is_lookup(self, node: Any) -> bool:
        if self._is(node, _LOOKED_UP):
            return all(_is_plain(text) for text in _of_node(node))
        if not self._is(node, {"": frozenset({"Equal"})}):
            return False
        others = [name for name in node.input if not self._from([name])]
        return len(others) == 1 and all(
            name in self._constants and all(map(_is_plain, self._constants[name]))
            for name in others
        )

    def _refuse(self, inputs: frozenset[str], why: str) -> None:
        for name in inputs:
            self.refused.setdefault(name, f"{_ALTERS} shows in its input {name}: {why}")


def _is_plain(text: bytes) -> bool:
    """Whether both forms of UTF-8 are the same bytes."""
    try:
        found = text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return "\0" not in found and max(found, default="") <= _LAST


def _is_text(value: Any) -> bool:
    from onnx import TensorProto

    return bool(value.type.tensor_type.elem_type == TensorProto.STRING)


def _constants(graph: Any) -> Iterator[tuple[str, list[bytes]]]:
    """The texts of each constant, those of inner graphs included."""
    yield from ((one.name, list(one.string_data)) for one in graph.initializer)
    for node in graph.node:
        if node.op_type == "Constant":
            yield from ((name, list(_of_node(node))) for name in node.output)
        for inner in walk.inner(node):
            yield from _constants(inner)


def _stored(model: Any) -> Iterator[bytes]:
    """All texts that a model holds."""
    yield from _of_graph(model.graph)
    for function in model.functions:
        for node in function.node:
            yield from _of_node(node)


def _of_graph(graph: Any) -> Iterator[bytes]:
    for one in graph.initializer:
        yield from one.string_data
    for one in graph.sparse_initializer:
        yield from one.values.string_data
    for node in graph.node:
        yield from _of_node(node)


def _of_node(node: Any) -> Iterator[bytes]:
    for attribute in node.attribute:
        yield attribute.s
        yield from attribute.strings
        for tensor in (attribute.t, *attribute.tensors, attribute.sparse_tensor.values):
            yield from tensor.string_data
    for inner in walk.inner(node):
        yield from _of_graph(inner)
