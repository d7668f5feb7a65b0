# SPDX-License-Identifier: Apache-2.0
"""What a model says about its inputs, by MLflow flavor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Optional, Tuple  # noqa: UP035 (read at run time)

from sparkpredict.flavors import lightgbm, sklearn, xgboost


@dataclass(frozen=True)
class Inputs:
    """What a loaded model itself knows of its inputs.

    Attributes:
        names: the features' names in order; None when it has none.
        count: how many there are; None when it does not say.
    """

    names: tuple[str, ...] | None = None
    count: int | None = None


# Names, and how many; evaluated at run time, so in the form that Python 3.9 reads.
Answer = Tuple[Optional[Tuple[str, ...]], Optional[int]]  # noqa: UP006

FLAVORS: dict[str, Callable[[Any], Answer]] = {
    "sklearn": sklearn.inputs,
    "xgboost": xgboost.inputs,
    "lightgbm": lightgbm.inputs,
}


def inputs(flavor: str, model: Any) -> Inputs:
    """The inputs of a loaded MLflow Python function, as far as its flavor can tell."""
    read = FLAVORS.get(flavor)
    raw = _raw(model)
    if read is None or raw is None:
        return Inputs()
    names, count = read(raw)
    return Inputs(names, count)


def _raw(model: Any) -> Any:
    """The library's own object inside MLflow's wrapper."""
    implementation = getattr(model, "_model_impl", None)
    for name in ("sklearn_model", "xgb_model", "lgb_model"):
        if hasattr(implementation, name):
            return getattr(implementation, name)
    return None
