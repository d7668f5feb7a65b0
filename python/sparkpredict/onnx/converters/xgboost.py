# SPDX-License-Identifier: Apache-2.0
"""XGBoost's models by onnxmltools: both compare and add in float32."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from sparkpredict.onnx.converters import Made, boosters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sparkpredict.onnx.converters.given import Given


def converted(library: Any, given: Sequence[Given], element: str) -> Made:  # noqa: ARG001
    """See ``converters.Converter``."""
    from onnxmltools import convert_xgboost

    return boosters.converted(convert_xgboost, _unnamed(library), given)


def _unnamed(library: Any) -> Any:
    """A copy without names of features: onnxmltools knows them by their places only."""
    made = copy.deepcopy(library)
    booster = made.get_booster() if hasattr(made, "get_booster") else made
    booster.feature_names = None
    return made
