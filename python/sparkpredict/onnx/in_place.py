# SPDX-License-Identifier: Apache-2.0
"""A graph that reads its weights in the artifact, where they lie: copies of them cost a start.

Source: https://github.com/onnx/onnx/blob/main/docs/ExternalData.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sparkpredict.onnx import outside, walk

if TYPE_CHECKING:
    from collections.abc import Mapping

ARTIFACT = "artifact.zip"  # what the graph calls the artifact, which is put beside it by that name


def moved(model: Any, starts: Mapping[str, int]) -> bytes:
    """The model with its weights at their places in the artifact.

    Args:
        model: a ``ModelProto``; it is changed.
        starts: for each file of weights, as the model names it, where in the artifact its bytes
            start.
    """
    for tensor in walk.tensors(model):
        place = outside.place_of(tensor)
        if place is None:
            continue
        told = {one.key: one.value for one in tensor.external_data}
        told["location"] = ARTIFACT
        told["offset"] = str(starts[place] + int(told.get("offset", 0)))
        told.pop("checksum", None)  # of the file that it was
        del tensor.external_data[:]
        for key, value in told.items():
            tensor.external_data.add(key=key, value=value)
    return bytes(model.SerializeToString(deterministic=True))
