# SPDX-License-Identifier: Apache-2.0
"""A bare ONNX model as a folder of MLflow's, so that all that follows knows one form."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sparkpredict import schema
from sparkpredict.onnx import graph as graphs
from sparkpredict.onnx import limits
from sparkpredict.package import MLMODEL
from sparkpredict.worker import methods

if TYPE_CHECKING:
    from sparkpredict.onnx.graph import Graph, Tensor
    from sparkpredict.onnx.limits import Limits

SUFFIX = ".onnx"


def as_mlflow(found: Path, staging: Path, alias: str, most: Limits = limits.DEFAULT) -> Path:
    """A folder with the graph, its weights, and an MLmodel that says what the graph says.

    The same graph gives the same bytes, and so the same digest.

    Args:
        found: a graph, or a folder that holds one.
        staging: where the folder is made.
        alias: for error texts.
        most: how large the graph may be.

    Raises:
        ModelError: there is no graph, or more than one, or it cannot be scored.
    """
    if (found / MLMODEL).is_file():
        raise graphs.invalid(found, "it is a folder of MLflow's. Bind it with runtime='mlflow'")
    path = _graph_in(found)
    graph = graphs.read(path, alias, most)
    folder = Path(tempfile.mkdtemp(prefix="onnx-", dir=staging))
    for name in (path.name, *graph.external):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        copied(path.parent / name, target)
    (folder / MLMODEL).write_text(json.dumps(_described(path.name, graph), indent=2) + "\n")
    return folder


def _graph_in(found: Path) -> Path:
    if found.is_file():
        return found
    graphs_there = sorted(path for path in found.glob(f"*{SUFFIX}") if path.is_file())
    if not graphs_there:
        raise graphs.invalid(found, f"the folder holds no file *{SUFFIX}")
    if len(graphs_there) > 1:
        names = ", ".join(path.name for path in graphs_there[:10])
        raise graphs.invalid(found, f"the folder holds several models: {names}. Name one of them")
    return graphs_there[0]


def copied(source: Path, target: Path) -> None:
    """A hard link where it can be: a model may be large."""
    try:
        os.link(source.resolve(), target)
    except OSError:
        shutil.copyfile(source, target)


def _described(name: str, graph: Graph) -> dict[str, Any]:
    """An MLmodel; JSON is YAML too."""
    outputs = [
        schema.of_one_value(one.spec())
        for one in graph.outputs
        if one.dtype is not None and one.shape
    ]
    signature: dict[str, Any] = {"inputs": json.dumps([_batched(one) for one in graph.inputs])}
    if len(outputs) == len(graph.outputs):
        signature["outputs"] = json.dumps(outputs)
    return {
        "flavors": {
            methods.ONNX: {"data": name, "providers": ["CPUExecutionProvider"]},
            "python_function": {"data": name, "loader_module": "mlflow.onnx"},
        },
        "signature": signature,
    }


def _batched(one: Tensor) -> dict[str, Any]:
    """An input without a shape is one value a row."""
    spec = one.spec()
    spec["tensor-spec"]["shape"] = list(one.shape) or [graphs.OPEN]
    return spec
