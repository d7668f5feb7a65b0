# SPDX-License-Identifier: Apache-2.0
"""A signature of TensorFlow's SavedModel as a Python function.

MLflow's own wrapper makes Python lists of all outputs, and takes inputs of the signature's own type
and rank only.
Source: https://www.tensorflow.org/guide/saved_model, specifying signatures during export.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import feeds


@dataclass(frozen=True)
class Input:
    """One input of a graph.

    Attributes:
        name: its name.
        dtype: numpy's name of its element type; ``object`` for texts.
        shape: with the batch; None for an open size. None as a whole where it is unknown.
    """

    name: str
    dtype: str
    shape: tuple[int | None, ...] | None


class TensorFlowModel:
    """A signature, with what it belongs to: a signature alone does not keep its variables.

    Args:
        saved: the SavedModel.
        signature: the function of it that is called.
    """

    takes_matrix = False

    def __init__(self, saved: Any, signature: Any) -> None:
        self._saved = saved
        self._signature = signature
        # By their names: a SavedModel keeps them in no order.
        specs = signature.structured_input_signature[1]
        self.inputs = tuple(_input(name, specs[name]) for name in sorted(specs))
        self.names = tuple(sorted(signature.structured_outputs))

    @property
    def signature(self) -> Any:
        """The function that is called."""
        return self._signature

    def predict(self, data: Any) -> Any:
        """All outputs: one as it is, several by name."""
        answer = self._run(data)
        if len(self.names) == 1:
            return answer[self.names[0]].numpy()
        return {name: answer[name].numpy() for name in self.names}

    def output(self, name: str) -> Callable[[Any], Any]:
        """One output by its name."""
        return lambda data: self._run(data)[name].numpy()

    def _run(self, data: Any) -> Any:
        import tensorflow

        given = zip(self.inputs, feeds.by_input([one.name for one in self.inputs], data))
        return self._signature(
            **{
                one.name: tensorflow.constant(feeds.fitted(values, one.dtype, _rank(one)))
                for one, values in given
            }
        )


def _input(name: str, spec: Any) -> Input:
    shape = None if spec.shape.rank is None else tuple(spec.shape.as_list())
    dtype = "object" if spec.dtype.name == "string" else spec.dtype.name
    return Input(name, dtype, shape)


def _rank(one: Input) -> int | None:
    return None if one.shape is None else len(one.shape)
