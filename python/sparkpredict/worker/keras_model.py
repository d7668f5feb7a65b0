# SPDX-License-Identifier: Apache-2.0
"""A model of Keras as a Python function: quiet, and with its outputs by name.

Source: https://keras.io/api/models/model_training_apis, ``predict``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from . import feeds, named
from .tensorflow_model import Input

# Keras' own 32 spends more time between batches than in small models; all rows of a batch at once
# would take the memory of all of a convolution's activations.
_ROWS = 1024


class KerasModel:
    """A model that MLflow has loaded.

    Args:
        model: the model.
    """

    takes_matrix = False

    def __init__(self, model: Any) -> None:
        self._model = model
        self.inputs = tuple(_input(one) for one in getattr(model, "inputs", None) or ())
        found = tuple(getattr(model, "output_names", None) or ())
        self.names = found if len(found) > 1 else ()

    @property
    def model(self) -> Any:
        """The model."""
        return self._model

    def predict(self, data: Any) -> Any:
        """All outputs: one as it is, several by name."""
        answer = self._model.predict(self._given(data), batch_size=_ROWS, verbose=0)
        if isinstance(answer, (list, tuple)):
            return dict(zip(self.names, answer))
        return answer

    def output(self, name: str) -> Callable[[Any], Any]:
        """One output by its name."""
        return lambda data: named.part(self.predict(data), name)

    def _given(self, data: Any) -> Any:
        """What the model takes: an array, or one for each input in its order."""
        if not self.inputs:  # a subclass of Model, which does not tell
            return data.to_numpy() if isinstance(data, pd.DataFrame) else data
        arrays = [
            feeds.fitted(values, one.dtype, len(one.shape or ()))
            for one, values in zip(self.inputs, feeds.by_input(self._inputs(data), data))
        ]
        return arrays[0] if len(arrays) == 1 else arrays

    def _inputs(self, data: Any) -> list[str]:
        """The inputs' names: those of the data in its order where they differ from the model's."""
        names = [one.name for one in self.inputs]
        given = list(data) if isinstance(data, Mapping) else names
        return names if len(names) == 1 or set(names) <= set(given) else given


def _input(one: Any) -> Input:
    dtype = "object" if one.dtype == "string" else str(one.dtype)
    return Input(str(one.name), dtype, tuple(one.shape))
