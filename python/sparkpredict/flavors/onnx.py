# SPDX-License-Identifier: Apache-2.0
"""What a loaded ONNX graph says of its inputs and outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sparkpredict.errors import ModelError
from sparkpredict.worker.methods import PROBABILITIES

if TYPE_CHECKING:
    from sparkpredict.worker.onnx_model import OnnxModel

_OPEN = -1
_NAMES = {"float": "float32", "double": "float64", "string": "str"}


def signature(model: OnnxModel) -> list[dict[str, Any]]:
    """Its inputs as MLflow's signature states tensors, for a model that was saved without one."""
    return [
        {
            "type": "tensor",
            "name": one.name,
            "tensor-spec": {"dtype": _dtype(one.type), "shape": _shape(one.shape)},
        }
        for one in model.inputs
    ]


def methods(model: OnnxModel) -> tuple[str, ...]:
    """What it can be asked for: all of it, or an output by its name."""
    proba = (PROBABILITIES,) if classes(model) is not None else ()
    return tuple(dict.fromkeys(("predict", *proba, *model.names)))


def classes(model: OnnxModel) -> tuple[Any, ...] | None:
    """A classifier's labels, where it gives a label and a row of probabilities and states them."""
    found = model.session.get_outputs()
    if len(found) != len(("label", "probabilities")) or len(found[0].shape) != 1:
        return None
    from sparkpredict.onnx import graph

    try:
        labels = graph.read(model.path).classes
    except ModelError:  # without the package onnx, or what only ONNX Runtime can read
        return None
    width = found[1].shape[1:] if found[1].type.startswith("tensor(") else None
    return None if labels is None or width not in (None, [len(labels)]) else labels


def _dtype(kind: str) -> str:
    name = kind.removeprefix("tensor(").removesuffix(")")
    return _NAMES.get(name, name)


def _shape(sizes: list[Any]) -> list[int]:
    """Named and unknown sizes are open; without sizes there is one value a row."""
    return [size if isinstance(size, int) else _OPEN for size in sizes] or [_OPEN]
