# SPDX-License-Identifier: Apache-2.0
"""All that a model of ONNX holds, however deep: graphs lie inside operators of graphs.

Source: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def graphs(graph: Any) -> Iterator[Any]:
    """A graph and those inside its operators."""
    waiting = [graph]
    while waiting:
        found = waiting.pop()
        yield found
        waiting += [one for node in reversed(found.node) for one in reversed(list(inner(node)))]


def inner(node: Any) -> Iterator[Any]:
    """The graphs right inside an operator."""
    for attribute in node.attribute:
        yield from [attribute.g] if attribute.HasField("g") else []
        yield from attribute.graphs


def nodes(model: Any) -> Iterator[Any]:
    """All operators of a ``ModelProto``, those of its functions and of its training included."""
    for top in _tops(model):
        for node in top.node:
            yield node
            for within in inner(node):
                for graph in graphs(within):
                    yield from graph.node


def tensors(model: Any) -> Iterator[Any]:
    """All constants of a ``ModelProto``."""
    for top in _tops(model):
        yield from _initializers(top)
    for node in nodes(model):
        yield from _of_attributes(node.attribute)
        for within in inner(node):
            yield from _initializers(within)
    for function in model.functions:
        yield from _of_attributes(function.attribute_proto)


def _tops(model: Any) -> Iterator[Any]:
    yield model.graph
    yield from model.functions
    for training in model.training_info:
        yield training.initialization
        yield training.algorithm


def _initializers(graph: Any) -> Iterator[Any]:
    yield from getattr(graph, "initializer", ())  # a function has none
    for sparse in getattr(graph, "sparse_initializer", ()):
        yield from (sparse.values, sparse.indices)


def _of_attributes(attributes: Iterable[Any]) -> Iterator[Any]:
    for attribute in attributes:
        yield from (attribute.t, *attribute.tensors)
        for sparse in (attribute.sparse_tensor, *attribute.sparse_tensors):
            yield from (sparse.values, sparse.indices)
