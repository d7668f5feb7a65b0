# SPDX-License-Identifier: Apache-2.0
"""How large a graph may be, and of which operators: checked before anything is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from sparkpredict import conf
from sparkpredict.errors import ModelError
from sparkpredict.onnx import walk

if TYPE_CHECKING:
    from pathlib import Path

# ONNX's own, and those that each build of ONNX Runtime has.
# Source: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
KNOWN = frozenset({"", "ai.onnx", "ai.onnx.ml", "ai.onnx.preview", "com.microsoft"})
_MOST_TOLD = 5


@dataclass(frozen=True)
class Limits:
    """What a graph may have.

    Attributes:
        bytes: of its file.
        nodes: operators, at all depths.
    """

    bytes: int = 2 << 30
    nodes: int = 200_000


DEFAULT = Limits()


def check_size(path: Path, limits: Limits) -> None:
    """Refuses a file before it is read.

    Raises:
        ModelError: it is too large.
    """
    size = path.stat().st_size
    if size > limits.bytes:
        raise _too_large(path, size, "bytes", conf.ONNX_MAX_BYTES, limits.bytes)


def check_operators(path: Path, model: Any, limits: Limits) -> int:
    """Counts the operators of a ``ModelProto``, and refuses those that no runtime has.

    Raises:
        ModelError: there are too many, or one is of a library of custom operators.
    """
    count = sum(1 for _ in islice(walk.nodes(model), limits.nodes + 1))
    if count > limits.nodes:
        found = f"more than {limits.nodes}"
        raise _too_large(path, found, "operators", conf.ONNX_MAX_NODES, limits.nodes)
    own = {(function.domain, function.name) for function in model.functions}
    custom = {
        f"{node.domain}:{node.op_type}"
        for node in walk.nodes(model)
        if node.domain not in KNOWN and (node.domain, node.op_type) not in own
    }
    if custom:
        told = ", ".join(sorted(custom)[:_MOST_TOLD])[:300]
        raise ModelError("PREDICT_ONNX_OPERATORS_UNKNOWN", path=path, operators=told)
    return count


def _too_large(path: Path, found: Any, unit: str, key: str, limit: int) -> ModelError:
    return ModelError(
        "PREDICT_ONNX_MODEL_TOO_LARGE", path=path, found=found, unit=unit, key=key, limit=limit
    )
