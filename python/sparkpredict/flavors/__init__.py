# SPDX-License-Identifier: Apache-2.0
"""What a loaded model says about its inputs and outputs, by MLflow flavor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Optional, Tuple  # noqa: UP035 (read at run time)

from sparkpredict.flavors import (
    catboost,
    labels,
    lightgbm,
    onnx,
    prophet,
    sklearn,
    statsmodels,
    tensors,
    xgboost,
)
from sparkpredict.worker import graphs, methods


@dataclass(frozen=True)
class Inputs:
    """What a loaded model itself knows of its inputs.

    Attributes:
        names: the features' names in order; None when it has none.
        count: how many there are; None when it does not say.
        takes_nan: whether it takes NaN for a number; None when only a trial can tell.
        values: a value for inputs that take no other, by name or place.
        tensors: the inputs as MLflow's signature states tensors; None when it takes none.
    """

    names: tuple[str, ...] | None = None
    count: int | None = None
    takes_nan: bool | None = None
    values: dict[Any, Any] | None = None
    tensors: list[dict[str, Any]] | None = None


@dataclass(frozen=True)
class Outputs:
    """What a loaded model can be asked for.

    Attributes:
        methods: the names that ``output=`` takes; None where only an answer tells them.
        classes: a classifier's labels in the order of its probabilities; None for other models.
        one_pass: whether its label always is the first class of the highest probability, by the
            library's own code.
    """

    methods: tuple[str, ...] | None = None
    classes: tuple[Any, ...] | None = None
    one_pass: bool = False


# Names, and how many; evaluated at run time, so in the form that Python 3.9 reads.
Answer = Tuple[Optional[Tuple[str, ...]], Optional[int]]  # noqa: UP006

FLAVORS: dict[str, Callable[[Any], Answer]] = {
    "sklearn": sklearn.inputs,
    "xgboost": xgboost.inputs,
    "lightgbm": lightgbm.inputs,
    "catboost": catboost.inputs,
    "statsmodels": statsmodels.inputs,
}
_TAKES_NAN: dict[str, Callable[[Any], Optional[bool]]] = {  # noqa: UP045 (read at run time)
    "sklearn": sklearn.takes_nan,
    "xgboost": xgboost.takes_nan,
    "lightgbm": lightgbm.takes_nan,
    "catboost": catboost.takes_nan,
    "statsmodels": statsmodels.takes_nan,
}
_ONE_PASS: dict[str, Callable[[Any], bool]] = {
    "sklearn": sklearn.one_pass,
    "lightgbm": lightgbm.one_pass,
}


def inputs(flavor: str, model: Any) -> Inputs:
    """The inputs of a loaded MLflow Python function, as far as its flavor can tell."""
    read = FLAVORS.get(flavor)
    library = methods.library(flavor, model)
    if library is None:
        return Inputs()
    if flavor in graphs.FLAVORS:
        return _of_graph(flavor, library, model)
    if read is None:
        return Inputs()
    names, count = read(library)
    values = sklearn.known_values(library) if flavor == "sklearn" else None
    return Inputs(names, count, _TAKES_NAN[flavor](library), values)


def _of_graph(flavor: str, graph: Any, model: Any) -> Inputs:
    if flavor == methods.ONNX:
        return Inputs(tensors=onnx.signature(graph))
    if flavor == graphs.PROPHET:
        names = prophet.inputs(graphs.implementation(model).pr_model)
        return Inputs(names, len(names), values={prophet.DATE: "2024-01-01"})
    return Inputs(tensors=tensors.signature(getattr(graph, "inputs", ())))


def outputs(flavor: str, model: Any) -> Outputs:
    """What a loaded MLflow Python function can be asked for."""
    library = methods.library(flavor, model)
    if flavor == methods.ONNX and library is not None:
        return Outputs(onnx.methods(library), onnx.classes(library))
    if flavor in graphs.FLAVORS and library is not None:
        return Outputs(methods.names(flavor, library) if library.names else None)
    if flavor not in FLAVORS or library is None:
        return Outputs()
    found = methods.names(flavor, library)
    classes = labels.classes(library) if "predict_proba" in found else None
    return Outputs(found, classes, flavor in _ONE_PASS and _ONE_PASS[flavor](library))


def categories(
    flavor: str, model: Any, numbers: frozenset[int], texts: tuple[int, ...]
) -> tuple[Any, ...] | None:
    """For each feature of the model its categories or None; None where it has none at all.

    Args:
        flavor: the MLflow flavor.
        model: the loaded Python function.
        numbers: the places of the features that the signature says are numbers.
        texts: the places of those that it says are text.

    Raises:
        ModelError: it has categories, and does not say which.
    """
    library = methods.raw(model)
    if library is None:
        return None
    if flavor == "xgboost":
        return xgboost.categories(library)
    return lightgbm.categories(library, numbers, texts) if flavor == "lightgbm" else None
