# SPDX-License-Identifier: Apache-2.0
"""A forecast of Prophet as a Python function that answers in the order of the rows.

Prophet sorts what it is asked by its date, and answers in that order.
Source: https://github.com/facebook/prophet, ``Prophet.setup_dataframe``.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from . import named

_DATE = "ds"
_OF_INTERVALS = ("_lower", "_upper")


class ProphetModel:
    """A fitted model.

    Args:
        model: the model.
    """

    # Its columns differ by seasonality and regressors.
    names: tuple[str, ...] = ()
    takes_matrix = False

    def __init__(self, model: Any) -> None:
        self._model = model
        # The intervals are drawn by a thousand simulations, and take nearly all of the time.
        self._point = copy.copy(model)
        self._point.uncertainty_samples = 0

    def predict(self, data: Any) -> Any:
        """The forecast: a frame with ``yhat`` and its components, one row for each row."""
        return _in_order(self._model, data)

    def output(self, name: str) -> Callable[[Any], Any]:
        """One column of the forecast."""
        model = self._model if name.endswith(_OF_INTERVALS) else self._point
        return lambda data: named.part(_in_order(model, data), name)


def _in_order(model: Any, data: Any) -> Any:
    dates = pd.to_datetime(data[_DATE])
    places = np.argsort(dates.to_numpy(), kind="stable")
    forecast = model.predict(data.assign(**{_DATE: dates}).iloc[places])
    return forecast.iloc[np.argsort(places)].reset_index(drop=True)
