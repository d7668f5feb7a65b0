# SPDX-License-Identifier: Apache-2.0
"""What the descriptor says of a graph, by which an engine without Python scores it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sparkpredict.descriptor import COLUMNS, MATRIX, TENSORS
from sparkpredict.onnx.graph import OPEN
from sparkpredict.worker import methods

if TYPE_CHECKING:
    from pathlib import Path

    from sparkpredict.descriptor import Descriptor
    from sparkpredict.onnx.graph import Graph, Tensor

_TYPES = {"float32": "float", "float64": "double", "str": "string"}


@dataclass(frozen=True)
class Answers:
    """What the outputs of a graph are to a binding.

    Attributes:
        outputs: for each name that ``output=`` takes the outputs that it is made of.
        label: the output that is a classifier's label; None for other graphs.
        probabilities: likewise.
    """

    outputs: dict[str, list[str]]
    label: str | None = None
    probabilities: str | None = None


def answers(graph: Graph, descriptor: Descriptor) -> Answers:
    """Those of a graph that is the model itself: by the names of its outputs."""
    names = [one.name for one in graph.outputs]
    label, probabilities = (names[0], names[1]) if descriptor.classes is not None else (None, None)
    found = {name: [name] for name in names}
    if probabilities is not None:
        found.setdefault(methods.PROBABILITIES, [probabilities])
    found[methods.PREDICT] = names
    return Answers(found, label, probabilities)


def of(graph: Graph, fed: list[list[int]], answers: Answers) -> dict[str, Any]:
    """Inputs, outputs and what answers need of these.

    Args:
        graph: what the graph says.
        fed: for each input the places of the features that fill it, see ``places``.
        answers: what its outputs are.
    """
    return {
        "ir": graph.ir,
        "opsets": graph.opsets,
        "nodes": graph.nodes,
        "inputs": [
            {**tensor(one), **_altered(one, graph), "features": places}
            for one, places in zip(graph.inputs, fed)
        ],
        "outputs": [_output(one, graph) for one in graph.outputs],
        "roles": {"label": answers.label, "probabilities": answers.probabilities},
        "answers": answers.outputs,
    }


def tensor(one: Tensor) -> dict[str, Any]:
    """Name, element type by ONNX's name, and shape."""
    kind = _TYPES.get(one.dtype or "", one.dtype)
    return {"name": one.name, "type": kind, "shape": list(one.shape) or [OPEN]}


def files(folder: Path, paths: list[str]) -> list[dict[str, Any]]:
    """Size and digest of the files of the model folder that a session reads."""
    return [
        {"path": path, "size": (folder / path).stat().st_size, "sha256": _sha256(folder / path)}
        for path in paths
    ]


def places(graph: Graph, descriptor: Descriptor) -> list[list[int]] | None:
    """For each input the features that fill it: one, or several side by side.

    Returns:
        Places among the descriptor's features; None where it says nothing of them, or they do not
        fit.
    """
    inputs = graph.inputs
    if descriptor.layout == MATRIX and len(inputs) == 1 and descriptor.feature_count:
        return [list(range(descriptor.feature_count))]
    if descriptor.layout not in {COLUMNS, TENSORS} or not descriptor.features:
        return None
    named = [feature.name for feature in descriptor.features]
    if len(inputs) == 1 and descriptor.layout == COLUMNS:
        return [list(range(len(named)))]
    if {one.name for one in inputs} <= set(named):
        return [[named.index(one.name)] for one in inputs]
    return [[at] for at in range(len(inputs))] if len(named) == len(inputs) else None


def _output(one: Tensor, graph: Graph) -> dict[str, Any]:
    if one.name in graph.maps:
        return {"name": one.name, "type": "float", "shape": [OPEN, graph.maps[one.name]]}
    if one.dtype is None:
        return {"name": one.name, "kind": "other"}
    return {**tensor(one), **_altered(one, graph), "shape": list(one.shape)}


def _altered(one: Tensor, graph: Graph) -> dict[str, str]:
    return {"altered": graph.altered[one.name]} if one.name in graph.altered else {}


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while chunk := source.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
