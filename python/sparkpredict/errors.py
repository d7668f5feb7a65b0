# SPDX-License-Identifier: Apache-2.0
"""Typed errors of binding and configuring, from the one list of conditions.

What is wrong with a *query* is Spark's own ``AnalysisException``; its texts stand in the same list.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from sparkpredict.worker.conditions import message


class PredictError(Exception):
    """What is wrong with a binding or a configuration.

    Attributes:
        condition: the name in the list of conditions, such as ``PREDICT_UNKNOWN_SCHEME``.
        sqlstate: the five characters of the SQL standard.
        parameters: the values that the message names.
    """

    def __init__(self, condition: str, **parameters: object) -> None:
        self.condition = condition
        self.parameters = {name: str(value) for name, value in parameters.items()}
        text, self.sqlstate = message(condition, self.parameters)
        super().__init__(text)

    def __reduce__(self) -> tuple[Any, ...]:
        """Errors cross process borders, where only their arguments are known."""
        return partial(type(self), self.condition, **self.parameters), ()


class ConfigurationError(PredictError):
    """The session, its jar or a conf value is not what PREDICT needs."""


class BindArgumentError(PredictError):
    """An argument of ``bind_model`` is wrong."""


def invalid_argument(argument: str, value: Any, expected: str) -> BindArgumentError:
    """The error of an argument that has a value which it cannot have."""
    return BindArgumentError(
        "PREDICT_INVALID_ARGUMENT", argument=argument, value=repr(value)[:80], expected=expected
    )


class ModelError(PredictError):
    """The model folder is missing, broken, too large or does not load."""


class ReturnTypeError(PredictError):
    """The declared return type is not a type, or not one that can be scored."""


class ScoreError(PredictError):
    """The model failed on data, or answered with something that the declared type cannot hold."""


def one_line(error: BaseException) -> str:
    """What an error says, on one line: native libraries and parsers say it on several."""
    return " ".join(str(error).split())


def failed(what: str, error: Exception) -> str:
    """The reason why something is done without, where trying it raised."""
    return f"{what} failed: {type(error).__name__}: {one_line(error)}"[:500]
