# SPDX-License-Identifier: Apache-2.0
"""PyTorch's modules by its own exporter, with the batch and the sizes left open that are open.

Source: https://docs.pytorch.org/docs/stable/onnx.html, ``torch.onnx.export``.
"""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING, Any

from sparkpredict.onnx import edits
from sparkpredict.onnx.converters import CannotConvert, Made
from sparkpredict.trial import quiet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sparkpredict.onnx.converters.given import Given

OPSET = 17
_ROWS = 2  # of one row a trace may take the batch for something that is always one
_OPEN = 8


def converted(library: Any, given: Sequence[Given], element: str) -> Made:  # noqa: ARG001
    """See ``converters.Converter``.

    Raises:
        CannotConvert: an input is of texts.
    """
    import torch

    if any(one.dtype == "str" for one in given):
        raise CannotConvert("it takes texts")
    arguments = tuple(_argument(one) for one in given)
    names = [one.name for one in given]
    graph = io.BytesIO()
    with quiet(), torch.inference_mode(), warnings.catch_warnings():
        flat = _flat(library.module, names if library.by_name(names) else None)
        outputs = flat.names(arguments)
        places = [f"output_{at}" for at, _ in enumerate(outputs)]  # its own names are not all taken
        torch.onnx.export(
            flat,
            arguments,
            graph,
            input_names=names,
            output_names=places,
            dynamic_axes={
                **{one.name: _open(one) for one in given},
                **{name: {0: "rows"} for name in places},
            },
            opset_version=OPSET,
            dynamo=False,  # the other one needs packages of its own, and takes seconds
        )
    import onnx

    made = onnx.load_model_from_string(graph.getvalue())
    edits.rename(made.graph, dict(zip(places, outputs)))
    return Made(made, f"PyTorch {torch.__version__.partition('+')[0]}")


def _argument(one: Given) -> Any:
    import torch

    shape = (_ROWS, *(_OPEN if size < 0 else size for size in one.shape))
    return torch.ones(shape, dtype=getattr(torch, one.dtype or "float32"))


def _open(one: Given) -> dict[int, str]:
    sizes = {at + 1: f"{one.name}_{at + 1}" for at, size in enumerate(one.shape) if size < 0}
    return {0: "rows", **sizes}


def _flat(module: Any, order: Sequence[str] | None) -> Any:
    """The module with its answer as a tuple of tensors, whatever form it has.

    Args:
        module: of PyTorch.
        order: the names by which it is called; None where it is called by place.
    """
    import torch

    class Flat(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.inner = module

        def forward(self, *given: Any) -> tuple[Any, ...]:
            return tuple(part for _, part in self.parts(given))

        def parts(self, given: tuple[Any, ...]) -> list[tuple[str, Any]]:
            answer = self.inner(*given) if order is None else self.inner(**dict(zip(order, given)))
            return _parts(answer)

        def names(self, given: tuple[Any, ...]) -> list[str]:
            return [name for name, _ in self.parts(given)]

    return Flat().eval()


def _parts(answer: Any) -> list[tuple[str, Any]]:
    """The tensors by the names that the worker has for them."""
    if isinstance(answer, dict) or hasattr(answer, "items"):
        named: Mapping[Any, Any] = answer
        return [(str(name), part) for name, part in named.items() if part is not None]
    if isinstance(answer, (tuple, list)):
        fields = getattr(answer, "_fields", range(len(answer)))
        return [(str(name), part) for name, part in zip(fields, answer)]
    return [("output", answer)]
