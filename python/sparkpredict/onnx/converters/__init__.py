# SPDX-License-Identifier: Apache-2.0
"""From a model of another library to an ONNX graph, by that library's own converter."""

from __future__ import annotations

import importlib
import importlib.util
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sparkpredict.worker import graphs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sparkpredict.onnx.converters.given import Given

FLOAT, DOUBLE = "float", "double"
_INSTALLED_BY = {"tf2onnx": "tf2onnx"}  # the others by an extra of ours


class CannotConvert(Exception):
    """Why a model has no graph: one sentence without a full stop."""


@dataclass(frozen=True)
class Made:
    """What a converter made.

    Attributes:
        model: a ``ModelProto``.
        by: the converter and its version.
    """

    model: Any
    by: str


@dataclass(frozen=True)
class Converter:
    """How the models of a flavor are converted.

    Attributes:
        module: in this package; its ``converted(library, given, element)`` gives what was made, or
            raises ``CannotConvert``, or whatever the converter raises.
        packages: what that needs beside the library itself.
        elements: the number types of inputs to try, the most exact one first.
        is_single: whether the library itself computes in float32.
    """

    module: str
    packages: tuple[str, ...]
    elements: tuple[str, ...] = (FLOAT,)
    is_single: bool = True

    def missing(self) -> str | None:
        """What to install, where a package is missing here."""
        for package in self.packages:
            if importlib.util.find_spec(package) is None:
                wanted = _INSTALLED_BY.get(package, "spark-predict[convert]")
                return f"the package {package} is not installed here: pip install {wanted}"
        return None

    def converted(self, library: Any, given: Sequence[Given], element: str) -> Made:
        """A graph of a loaded model.

        Args:
            library: the library's own object.
            given: the inputs that the graph is to have.
            element: ``float`` or ``double``, for inputs of numbers that have no type of their own.

        Raises:
            CannotConvert: there is none.
        """
        module = importlib.import_module(f"{__name__}.{self.module}")
        made: Made = module.converted(library, given, element)
        return made


FLAVORS: dict[str, Converter] = {
    "sklearn": Converter("sklearn", ("onnx", "skl2onnx"), (DOUBLE, FLOAT), is_single=False),
    "xgboost": Converter("xgboost", ("onnx", "onnxmltools")),
    "lightgbm": Converter("lightgbm", ("onnx", "onnxmltools"), is_single=False),
    graphs.PYTORCH: Converter("pytorch", ("onnx",)),
    graphs.KERAS: Converter("keras", ("onnx", "tf2onnx")),
    graphs.TENSORFLOW: Converter("tensorflow", ("onnx", "tf2onnx")),
}
