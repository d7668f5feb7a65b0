# SPDX-License-Identifier: Apache-2.0
"""What onnxmltools is told of boosted trees: one input of floats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sparkpredict.onnx.converters import CannotConvert, Made

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sparkpredict.onnx.converters.given import Given

OPSET = 15


def converted(
    convert: Callable[..., Any], library: Any, given: Sequence[Given], **options: Any
) -> Made:
    """A graph by one of onnxmltools' functions.

    Raises:
        CannotConvert: the model takes something else than numbers.
    """
    import onnxmltools
    from onnxmltools.convert.common.data_types import FloatTensorType

    if len(given) != 1 or given[0].dtype == "str":
        raise CannotConvert("it takes other features than numbers")
    made = convert(
        library,
        name=type(library).__name__,
        initial_types=[(given[0].name, FloatTensorType([None, *given[0].shape]))],
        target_opset=OPSET,
        **options,
    )
    return Made(made, f"onnxmltools {onnxmltools.__version__}")
