# SPDX-License-Identifier: Apache-2.0
"""Changes of a graph that leave its answers as they are."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from sparkpredict.onnx import walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_OWN = frozenset({"", "ai.onnx"})
_OPSET = 13


def plain(model: Any) -> None:
    """Without what says where and when a graph was made: the same model gives the same bytes.

    Converters name values by places in memory, so all but inputs and outputs are numbered anew.
    """
    model.doc_string = ""
    del model.metadata_props[:]
    ends = {one.name for one in (*model.graph.input, *model.graph.output)}
    free = (name for name in map("value/{}".format, count()) if name not in ends)
    names: dict[str, str] = {name: name for name in ends}
    nodes = count()
    for graph in walk.graphs(model.graph):
        graph.name = "graph"
        graph.doc_string = ""
        for listed in (graph.metadata_props, graph.value_info):
            del listed[:]
        for name in _names(graph):
            names.setdefault(name, next(free) if name else name)
        for node in graph.node:
            node.name = f"{node.op_type}/{next(nodes)}"
            node.doc_string = ""
            del node.metadata_props[:]
    for graph in walk.graphs(model.graph):
        _rename_ends(graph, names)
        for node in graph.node:
            for ends_of in (node.input, node.output):
                ends_of[:] = [names.get(name, name) for name in ends_of]


def with_outputs(graph: Any, names: Iterable[str]) -> None:
    """Only these outputs, in the graph's order, and only the operators that they need."""
    wanted = set(names)
    kept = [one for one in graph.output if one.name in wanted]
    del graph.output[:]
    graph.output.extend(kept)
    needed = {one.name for one in kept}
    nodes = []
    for node in reversed(graph.node):
        if needed.intersection(node.output):
            nodes.append(node)
            needed.update(_read(node))
    del graph.node[:]
    graph.node.extend(reversed(nodes))
    constants = [one for one in graph.initializer if one.name in needed]
    del graph.initializer[:]
    graph.initializer.extend(constants)


def with_open_batch(graph: Any) -> None:
    """The first size of each input and output as an open one: some converters state a wrong one."""
    for one in (*graph.input, *graph.output):
        sizes = one.type.tensor_type.shape.dim
        if len(sizes) and sizes[0].HasField("dim_value"):
            sizes[0].Clear()


def with_opset(model: Any) -> None:
    """A version of the operators for a graph that uses none of them; all runtimes know it."""
    from onnx import helper

    if any(node.domain in _OWN for graph in walk.graphs(model.graph) for node in graph.node):
        return
    kept = [one for one in model.opset_import if one.domain not in _OWN]
    del model.opset_import[:]
    model.opset_import.extend([*kept, helper.make_opsetid("", _OPSET)])


def rename(graph: Any, names: Mapping[str, str]) -> None:
    """Other names of inputs and outputs, before ``plain``; what has one already gets another."""
    taken = set(_names(graph)) | set(names.values())
    changed = {old: new for old, new in names.items() if old != new}
    for new in list(changed.values()):
        if new not in changed:
            changed[new] = _free(new, taken)
    for each in walk.graphs(graph):
        _rename_ends(each, changed)
        for node in each.node:
            for ends in (node.input, node.output):
                ends[:] = [changed.get(name, name) for name in ends]


def _rename_ends(graph: Any, names: Mapping[str, str]) -> None:
    for one in (*graph.input, *graph.output, *graph.value_info, *graph.initializer):
        one.name = names.get(one.name, one.name)


def rename_read(node: Any, names: Mapping[str, str]) -> None:
    """Lets an operator, and those inside it, read other values."""
    for at, name in enumerate(node.input):
        node.input[at] = names.get(name, name)
    for inner in walk.inner(node):
        own = {one.name for one in (*inner.input, *inner.initializer)}
        own.update(name for each in inner.node for name in each.output)
        seen = {old: new for old, new in names.items() if old not in own}
        for each in inner.node:
            rename_read(each, seen)
        for one in inner.output:
            one.name = seen.get(one.name, one.name)


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    taken.add(name)
    return name


def _names(graph: Any) -> Iterator[str]:
    yield from (one.name for one in (*graph.input, *graph.output, *graph.initializer))
    for node in graph.node:
        yield from node.output


def _read(node: Any) -> Iterator[str]:
    """What an operator reads, the graphs inside it included."""
    yield from node.input
    for inner in walk.inner(node):
        for each in inner.node:
            yield from _read(each)
        yield from (one.name for one in inner.output)
