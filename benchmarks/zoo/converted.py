# SPDX-License-Identifier: Apache-2.0
"""A trained model in ONNX, by the converters that its users are told to take."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd

# The newest that SynapseML's ONNX Runtime, 1.8.1, loads.
OPSETS = {"": 13, "ai.onnx.ml": 1}
MATRIX = "X"


def graph(estimator: Any, frame: pd.DataFrame) -> bytes:
    """The model with one input ``X`` of all features; a pipeline has an input for each column.

    Raises:
        Cannot: a converter has none for it, or is not installed.
    """
    from benchmarks.peers import Cannot

    flavor = type(estimator).__module__.partition(".")[0]
    try:
        made = CONVERTERS[flavor](estimator, frame)
    except ImportError as missing:
        raise Cannot(f"{missing.name} is not installed") from missing
    return bytes(made.SerializeToString())


def names(graph: bytes) -> tuple[list[str], str]:
    """The inputs of a graph, and its first output."""
    import onnx

    found = onnx.load_from_string(graph).graph
    return [one.name for one in found.input], found.output[0].name


def _of_sklearn(estimator: Any, frame: pd.DataFrame) -> Any:
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import FloatTensorType, StringTensorType

    kinds = {name: FloatTensorType([None, 1]) for name in frame}
    for name, kind in frame.dtypes.items():
        if kind != np.float64:
            kinds[name] = StringTensorType([None, 1])
    by_name = hasattr(estimator, "steps")
    types = [*kinds.items()] if by_name else [(MATRIX, FloatTensorType([None, len(kinds)]))]
    options = {id(estimator): {"zipmap": False}} if hasattr(estimator, "predict_proba") else None
    with _whole_flags():
        return to_onnx(estimator, initial_types=types, target_opset=OPSETS, options=options)


def _of_lightgbm(estimator: Any, frame: pd.DataFrame) -> Any:
    from onnxmltools import convert_lightgbm
    from onnxmltools.convert.common.data_types import FloatTensorType

    types = [(MATRIX, FloatTensorType([None, frame.shape[1]]))]
    return convert_lightgbm(estimator, initial_types=types, target_opset=OPSETS[""])


def _of_xgboost(estimator: Any, frame: pd.DataFrame) -> Any:
    from onnxmltools import convert_xgboost
    from onnxmltools.convert.common.data_types import FloatTensorType

    booster = estimator.get_booster()
    named, booster.feature_names = booster.feature_names, None  # it takes f0, f1 and so on alone
    types = [(MATRIX, FloatTensorType([None, frame.shape[1]]))]
    try:
        return convert_xgboost(estimator, initial_types=types, target_opset=OPSETS[""])
    finally:
        booster.feature_names = named


CONVERTERS = {"sklearn": _of_sklearn, "lightgbm": _of_lightgbm, "xgboost": _of_xgboost}


@contextmanager
def _whole_flags() -> Iterator[None]:
    """skl2onnx gives flags where ONNX wants whole numbers, which newer protobufs do not take."""
    from onnx import helper

    make = helper.make_attribute

    def of_numbers(key: str, value: Any, *rest: Any, **named: Any) -> Any:
        if isinstance(value, (list, tuple)) and any(
            isinstance(one, (bool, np.bool_)) for one in value
        ):
            value = [int(one) for one in value]
        return make(key, value, *rest, **named)

    helper.make_attribute = of_numbers
    try:
        yield
    finally:
        helper.make_attribute = make
