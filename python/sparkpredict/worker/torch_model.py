# SPDX-License-Identifier: Apache-2.0
"""A module of PyTorch as a Python function, also with several tensors in and out.

MLflow's own wrapper takes one tensor and gives one.
Source: https://docs.pytorch.org/docs/stable/notes/autograd.html, inference mode.
"""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd

from . import named, task


class TorchModel:
    """A module that MLflow has loaded, in evaluation mode.

    Args:
        module: the module.
        device: where it is.
    """

    # What it answers by name is known from its answer only.
    names: tuple[str, ...] = ()
    takes_matrix = False

    def __init__(self, module: Any, device: str) -> None:
        self._module = module
        self._device = device
        if task.runs():
            _confine()

    def predict(self, data: Any) -> Any:
        """All outputs: one tensor as an array, several by name; a tuple's by their places."""
        import torch

        with torch.inference_mode():
            return _arrays(self._called(data))

    def output(self, name: str) -> Callable[[Any], Any]:
        """One output by its name."""
        return lambda data: named.part(self.predict(data), name)

    def _called(self, data: Any) -> Any:
        if not isinstance(data, Mapping):
            if isinstance(data, pd.DataFrame):  # as MLflow gives it
                data = data.to_numpy(dtype=np.float32)
            return self._module(self._tensor(data))
        tensors = {name: self._tensor(values) for name, values in data.items()}
        if self.by_name(tensors):
            return self._module(**tensors)
        return self._module(*tensors.values())

    def by_name(self, names: Collection[str]) -> bool:
        """Whether tensors of these names go to the module's parameters of these names."""
        return len(names) > 1 and set(names) <= _parameters(self._module)

    @property
    def module(self) -> Any:
        """The module."""
        return self._module

    def _tensor(self, values: Any) -> Any:
        import torch

        # PyTorch shares memory with an array, and warns of one that may not be written.
        writable = np.require(values, requirements=["C", "W"])
        return torch.from_numpy(writable).to(self._device)


def _confine() -> None:
    """One operator at a time, on the threads that OpenMP's variable allows it."""
    import torch

    with contextlib.suppress(RuntimeError):  # the process has run one, and cannot change it
        torch.set_num_interop_threads(1)


def _parameters(module: Any) -> set[str]:
    """The names that the module's call takes."""
    try:
        return set(inspect.signature(module.forward).parameters)
    except (TypeError, ValueError):  # a compiled module tells nothing
        return set()


def _arrays(answer: Any) -> Any:
    """Tensors as arrays, also by name; what is no tensor stays as it is."""
    if isinstance(answer, Mapping):
        return {str(name): _arrays(part) for name, part in answer.items() if part is not None}
    if isinstance(answer, (tuple, list)):
        fields = getattr(answer, "_fields", range(len(answer)))
        return _arrays(dict(zip(fields, answer)))
    if not hasattr(answer, "detach"):
        return answer
    values = answer.detach().cpu()
    # numpy has no bfloat16
    return (values.float() if str(values.dtype) == "torch.bfloat16" else values).numpy()
