# SPDX-License-Identifier: Apache-2.0
"""scikit-learn's models by skl2onnx, those of boosted trees in its pipelines by onnxmltools.

Source: https://onnx.ai/sklearn-onnx/api_summary.html, ``convert_sklearn``.
"""

from __future__ import annotations

import importlib.util
from functools import cache
from typing import TYPE_CHECKING, Any

from sparkpredict.onnx.converters import DOUBLE, Made

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sparkpredict.onnx.converters.given import Given

# The newest operators that ONNX Runtime 1.22 has in all forms that the converter needs.
OPSETS = {"": 18, "ai.onnx.ml": 3}


def converted(library: Any, given: Sequence[Given], element: str) -> Made:
    """See ``converters.Converter``; what the converter does not know, it raises."""
    import skl2onnx
    from skl2onnx.common.data_types import (
        BooleanTensorType,
        DoubleTensorType,
        FloatTensorType,
        StringTensorType,
    )

    _register_boosters()
    number = DoubleTensorType if element == DOUBLE else FloatTensorType
    types = {"str": StringTensorType, "bool": BooleanTensorType}
    made = skl2onnx.convert_sklearn(
        library,
        name=type(library).__name__,  # a random one if not given
        initial_types=[
            (one.name, types.get(one.dtype or "", number)([None, *one.shape])) for one in given
        ],
        options={id(library): {"zipmap": False}} if _has_probabilities(library) else None,
        target_opset=OPSETS,
    )
    return Made(made, f"skl2onnx {skl2onnx.__version__}")


def _has_probabilities(library: Any) -> bool:
    return hasattr(library, "predict_proba") and hasattr(library, "classes_")


@cache
def _register_boosters() -> None:
    """Lets skl2onnx convert XGBoost's and LightGBM's models inside pipelines.

    Source: https://onnx.ai/sklearn-onnx/auto_tutorial/plot_gexternal_xgboost.html.
    """
    from skl2onnx import update_registered_converter
    from skl2onnx.common.shape_calculator import (
        calculate_linear_classifier_output_shapes as of_classes,
    )
    from skl2onnx.common.shape_calculator import (
        calculate_linear_regressor_output_shapes as of_numbers,
    )

    if importlib.util.find_spec("onnxmltools") is None:
        return
    options = {"zipmap": [True, False, "columns"], "nocl": [True, False]}
    for name, module, function in _boosters():
        kind, convert = getattr(module, name, None), function
        if kind is None:
            continue
        is_classifier = name.endswith("Classifier")
        update_registered_converter(
            kind,
            name,
            of_classes if is_classifier else of_numbers,
            convert,
            options=options if is_classifier else None,
        )


def _boosters() -> list[tuple[str, Any, Any]]:
    found: list[tuple[str, Any, Any]] = []
    if importlib.util.find_spec("lightgbm") is not None:
        import lightgbm
        from onnxmltools.convert.lightgbm.operator_converters.LightGbm import convert_lightgbm

        found += [
            (name, lightgbm, convert_lightgbm) for name in ("LGBMClassifier", "LGBMRegressor")
        ]
    if importlib.util.find_spec("xgboost") is not None:
        import xgboost
        from onnxmltools.convert.xgboost.operator_converters.XGBoost import convert_xgboost

        found += [(name, xgboost, convert_xgboost) for name in ("XGBClassifier", "XGBRegressor")]
    return found
