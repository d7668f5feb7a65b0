# SPDX-License-Identifier: Apache-2.0
"""Keras' models by tf2onnx, where they run on TensorFlow.

Source: https://github.com/onnx/tensorflow-onnx, ``tf2onnx.convert.from_function``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sparkpredict.onnx.converters import CannotConvert, Made, tensorflow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sparkpredict.onnx.converters.given import Given


def converted(library: Any, given: Sequence[Given], element: str) -> Made:  # noqa: ARG001
    """See ``converters.Converter``.

    Raises:
        CannotConvert: the model runs on something else, or does not tell its inputs.
    """
    model = library.model
    if _backend() != "tensorflow":
        raise CannotConvert(f"it runs on {_backend()}, and what converts Keras needs TensorFlow")
    if not library.inputs or len(library.inputs) != len(given):
        raise CannotConvert("it does not tell its inputs")

    names = list(library.names)

    def call(*tensors: Any) -> Any:
        answer = model(list(tensors) if len(tensors) > 1 else tensors[0], training=False)
        if not isinstance(answer, dict):
            return answer
        names[:] = answer  # by which the worker knows them
        return list(answer.values())

    return tensorflow.of_function(call, given, names)


def _backend() -> str:
    try:
        import keras

        return str(keras.backend.backend())
    except (ImportError, AttributeError):  # Keras 2 is a part of TensorFlow
        return "tensorflow"
