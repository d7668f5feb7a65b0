# SPDX-License-Identifier: Apache-2.0
"""What a graph of TensorFlow or Keras says of its inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sparkpredict.worker.tensorflow_model import Input

_OPEN = -1


def signature(inputs: Sequence[Input]) -> list[dict[str, Any]] | None:
    """Them as MLflow's signature states tensors; None where a shape or all of them are unknown."""
    if not inputs or any(one.shape is None for one in inputs):
        return None
    return [
        {
            "type": "tensor",
            "name": one.name,
            "tensor-spec": {
                "dtype": "str" if one.dtype == "object" else one.dtype,
                "shape": [_OPEN if size is None else size for size in one.shape or ()],
            },
        }
        for one in inputs
    ]
