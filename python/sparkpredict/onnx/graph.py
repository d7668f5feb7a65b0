# SPDX-License-Identifier: Apache-2.0
"""Reads an ONNX graph by its protobuf alone: no session is made, and no weights are loaded.

Source: https://github.com/onnx/onnx/blob/main/docs/IR.md
"""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from sparkpredict.errors import ModelError
from sparkpredict.onnx import limits, outside, texts, zipmap

if TYPE_CHECKING:
    from pathlib import Path

    from sparkpredict.onnx.limits import Limits

OPEN = -1

# numpy's names of ONNX' element types; a text is an object there.
_DTYPES = {
    "FLOAT": "float32",
    "DOUBLE": "float64",
    "FLOAT16": "float16",
    "INT8": "int8",
    "INT16": "int16",
    "INT32": "int32",
    "INT64": "int64",
    "UINT8": "uint8",
    "UINT16": "uint16",
    "UINT32": "uint32",
    "UINT64": "uint64",
    "BOOL": "bool",
    "STRING": "str",
}
# Of LabelEncoder, OneHotEncoder and CategoryMapper, TfIdfVectorizer, StringNormalizer.
_TEXTS = ("keys_strings", "cats_strings", "pool_strings", "stopwords")
_MOST_TEXTS = 64
_LABELS = (*zipmap.LABELS, "classlabels_ints")


@dataclass(frozen=True)
class Tensor:
    """An input or output of a graph.

    Attributes:
        name: its name.
        dtype: numpy's name of its element type, ``str`` for texts; None for what is no tensor of
            these, such as the sequence of maps that a classifier may end in.
        shape: its sizes, -1 for an open one; the first is that of the batch. Empty where the graph
            does not say.
        kind: what it is, in ONNX's words.
    """

    name: str
    dtype: str | None
    shape: tuple[int, ...]
    kind: str = "a tensor"

    def spec(self) -> dict[str, Any]:
        """The same as an entry of MLflow's signature."""
        return {
            "type": "tensor",
            "name": self.name,
            "tensor-spec": {"dtype": self.dtype, "shape": list(self.shape)},
        }


@dataclass(frozen=True)
class Graph:
    """What a graph says of itself.

    Attributes:
        inputs: what it must be given; inputs that have a value of their own are not among them.
        outputs: what it gives.
        ir: version of the format.
        opsets: version of each set of operators.
        nodes: how many operators there are.
        external: the files beside it that hold weights, relative to its folder.
        classes: a classifier's labels in the order of its probabilities; None for other graphs.
        maps: outputs that are a map of labels for each row, and how many labels these have.
        texts: texts that its operators know.
        altered: inputs and outputs whose texts stay with Python, and for each why.
    """

    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    ir: int
    opsets: dict[str, int]
    nodes: int
    external: tuple[str, ...] = ()
    classes: tuple[Any, ...] | None = None
    maps: dict[str, int] = field(default_factory=dict)
    texts: tuple[str, ...] = ()
    altered: dict[str, str] = field(default_factory=dict)


def read(path: Path, alias: str = "", most: Limits = limits.DEFAULT) -> Graph:
    """What a file says.

    Args:
        path: the file.
        alias: for error texts.
        most: how large it may be.

    Raises:
        ModelError: it is no graph, its weights lie outside its folder or are missing, its batch
            has a fixed size, it is too large, it has custom operators, or the package onnx is
            missing.
    """
    limits.check_size(path, most)
    graph = (model := parsed(path, alias)).graph
    nodes = limits.check_operators(path, model, most)
    own = {one.name for one in graph.initializer}
    inputs = tuple(_tensor(one) for one in graph.input if one.name not in own)
    found = Graph(
        inputs=inputs,
        outputs=tuple(_tensor(one) for one in graph.output),
        ir=int(model.ir_version),
        opsets={one.domain: int(one.version) for one in model.opset_import},
        nodes=nodes,
        external=_external(path, model),
        classes=_classes(graph),
        maps=zipmap.widths(graph),
        texts=_texts(graph),
        altered=texts.altered(model),
    )
    _check(path, found)
    return found


def invalid(path: Path, cause: str) -> ModelError:
    """The error of a graph that cannot be scored."""
    return ModelError("PREDICT_ONNX_MODEL_INVALID", path=path, cause=cause)


def parsed(path: Path, alias: str = "") -> Any:
    """The ``ModelProto`` of a file; weights in other files stay there.

    Raises:
        ModelError: it is no graph, or the package onnx is missing.
    """
    try:
        import onnx
    except ImportError as error:
        raise ModelError(
            "PREDICT_MODEL_LIBRARY_MISSING",
            alias=alias,
            package="onnx",
            host=socket.gethostname(),
            requirement="spark-predict[onnx]",
        ) from error
    try:
        model = onnx.load(str(path), load_external_data=False)
    except Exception as error:  # protobuf has its own errors
        raise invalid(path, "it is no ONNX model, or cut off") from error
    if not model.graph.output:
        raise invalid(path, "it is no ONNX model: it gives no output")
    return model


def _tensor(value: Any) -> Tensor:
    from onnx import TensorProto

    if not value.type.HasField("tensor_type"):
        form = str(value.type.WhichOneof("value") or "nothing").partition("_")[0]
        return Tensor(value.name, None, (), f"a {form}")
    kind = value.type.tensor_type
    sizes = tuple(
        int(one.dim_value) if one.HasField("dim_value") else OPEN for one in kind.shape.dim
    )
    known = {number: name for name, number in TensorProto.DataType.items()}
    element = known.get(kind.elem_type, f"type {kind.elem_type}")
    return Tensor(value.name, _DTYPES.get(element), sizes, f"a tensor of {element.lower()}")


def _check(path: Path, graph: Graph) -> None:
    if not graph.inputs:
        raise invalid(path, "it takes no input")
    for one in graph.inputs:
        if one.dtype is None:
            raise invalid(path, f"its input {one.name} is {one.kind}, of which no column is made")
        if one.shape and one.shape[0] != OPEN:
            raise invalid(
                path,
                f"its input {one.name} takes batches of {one.shape[0]} rows only. Export it with "
                "an open first size, as in torch.onnx.export(..., dynamic_axes={'"
                f"{one.name}': {{0: 'batch'}}}})",
            )


def _external(path: Path, model: Any) -> tuple[str, ...]:
    try:
        return outside.files(path, model)
    except outside.Outside as error:
        raise invalid(path, str(error)) from None


def _classes(graph: Any) -> tuple[Any, ...] | None:
    """The labels that its last classifier states."""
    for node in reversed(graph.node):
        for attribute in node.attribute:
            if attribute.name in _LABELS and (attribute.strings or attribute.ints):
                texts = tuple(text.decode() for text in attribute.strings)
                return texts or tuple(int(label) for label in attribute.ints)
    return None


def _texts(graph: Any) -> tuple[str, ...]:
    """Some of the texts that its encoders know."""
    listed = (one for node in graph.node for one in node.attribute if one.name in _TEXTS)
    found = (text.decode(errors="replace") for one in listed for text in one.strings)
    return tuple(islice(dict.fromkeys(found), _MOST_TEXTS))
