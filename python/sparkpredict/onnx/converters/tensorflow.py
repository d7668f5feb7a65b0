# SPDX-License-Identifier: Apache-2.0
"""A signature of TensorFlow's SavedModel by tf2onnx.

Source: https://github.com/onnx/tensorflow-onnx, ``tf2onnx.convert.from_function``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sparkpredict.onnx.converters import CannotConvert, Made
from sparkpredict.trial import quiet

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sparkpredict.onnx.converters.given import Given

OPSET = 17


def converted(library: Any, given: Sequence[Given], element: str) -> Made:  # noqa: ARG001
    """See ``converters.Converter``.

    Raises:
        CannotConvert: an input is of texts.
    """
    names = [one.name for one in library.inputs]
    if len(names) != len(given):
        raise CannotConvert("its signature has other inputs")

    def call(*tensors: Any) -> Any:
        answer = library.signature(**dict(zip(names, tensors)))
        return [answer[name] for name in library.names]

    return of_function(call, given, list(library.names))


def of_function(call: Callable[..., Any], given: Sequence[Given], outputs: list[str]) -> Made:
    """A graph of a function of tensors.

    Args:
        call: takes a tensor for each input.
        given: the inputs.
        outputs: their names, which the call may set; none where there is one without a name.
    """
    import tensorflow
    import tf2onnx

    if any(one.dtype == "str" for one in given):
        raise CannotConvert("it takes texts")
    signature = [
        tensorflow.TensorSpec(
            (None, *(None if size < 0 else size for size in one.shape)),
            one.dtype or "float32",
            name=one.name,
        )
        for one in given
    ]
    with quiet():
        made, _ = tf2onnx.convert.from_function(
            tensorflow.function(call), input_signature=signature, opset=OPSET
        )
    _rename(made.graph, [one.name for one in given], outputs or ["output"])
    _keep_nan_out(made.graph)
    return Made(made, f"tf2onnx {tf2onnx.__version__}")


def _rename(graph: Any, inputs: Sequence[str], outputs: Sequence[str]) -> None:
    """Names as the worker has them: the tool's own have suffixes."""
    from sparkpredict.onnx import edits

    for ends, names in ((graph.input, inputs), (graph.output, outputs)):
        if len(ends) != len(names):
            raise CannotConvert("the converted graph has other inputs or outputs than the model")
        edits.rename(graph, dict(zip((one.name for one in ends), names)))


def _keep_nan_out(graph: Any) -> None:
    """Relu of NaN is 0 in TensorFlow, and NaN in ONNX Runtime."""
    import numpy as np
    from onnx import helper, numpy_helper

    zero = "relu/zero"
    nodes: list[Any] = []
    for node in graph.node:
        if node.op_type == "Relu":
            (given,), (result,) = node.input, node.output
            more = f"{result}/is_more"
            nodes.append(helper.make_node("Greater", [given, zero], [more]))
            nodes.append(helper.make_node("Where", [more, given, zero], [result]))
        else:
            nodes.append(node)
    if len(nodes) > len(graph.node):
        graph.initializer.append(numpy_helper.from_array(np.zeros((), dtype=np.float32), zero))
        del graph.node[:]
        graph.node.extend(nodes)
