# SPDX-License-Identifier: Apache-2.0
"""What the user chose when binding, checked; the rest of ``bind_model`` reads it as plain JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sparkpredict import ceilings, conf
from sparkpredict.descriptor import MATRIX
from sparkpredict.errors import BindArgumentError, ConfigurationError, invalid_argument
from sparkpredict.worker import methods

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from sparkpredict.descriptor import Descriptor

MLFLOW, ONNX = RUNTIMES = ("mlflow", methods.ONNX)
AUTO, PYTHON, COMPILED, _ = ENGINES = ("auto", "python", "compiled", ONNX)
_, BY_NAME, BY_POSITION = BINDINGS = ("auto", "name", "position")
NULLS = ("auto", "error", "null", "nan")
ON_ERROR = ("fail", "null", "capture")
CPU, CUDA = DEVICES = ("cpu", "cuda")

FAIL = "fail"
CAPTURE = "capture"

_LONGEST_ALIAS = 1000


def checked(
    session: SparkSession,
    *,
    runtime: str,
    engine: str,
    binding: str | None,
    nulls: str,
    on_error: str,
    output: str | None,
    params: Mapping[str, Any] | None,
    safe_mode: bool,
    device: str,
) -> dict[str, Any]:
    """The choices of a binding as JSON, in which an argument that was left out has its default.

    Raises:
        BindArgumentError: a value is none of those that the argument takes.
        ConfigurationError: the conf that stands in for ``binding`` is none of those.
    """
    if runtime not in RUNTIMES:
        raise BindArgumentError(
            "PREDICT_UNKNOWN_RUNTIME", runtime=runtime, known=", ".join(RUNTIMES)
        )
    if engine not in ENGINES:
        raise BindArgumentError(
            "PREDICT_ENGINE_UNAVAILABLE", engine=engine, known=", ".join(ENGINES)
        )
    return {
        "runtime": runtime,
        "engine": engine,
        "binding": _binding(session, binding),
        "nulls": one_of("nulls", nulls, NULLS),
        "on_error": one_of("on_error", on_error, ON_ERROR),
        "output": _output(output),
        "params": _params(params),
        "safe_mode": bool(safe_mode) or ceilings.safe_mode(session),
        "device": _device(device, engine),
    }


def check_named(binding: str, descriptor: Descriptor, alias: str) -> None:
    """Refuses to bind by name what has no names.

    Raises:
        BindArgumentError: PREDICT_FEATURES_UNNAMED.
    """
    unnamed = descriptor.layout == MATRIX or not descriptor.named
    if binding == BY_NAME and unnamed:
        raise BindArgumentError("PREDICT_FEATURES_UNNAMED", alias=alias)


def check_alias(alias: str) -> None:
    """Refuses what cannot be an alias.

    Raises:
        BindArgumentError: it is no text, empty or too long.
    """
    if not isinstance(alias, str) or not alias or len(alias) > _LONGEST_ALIAS:
        raise invalid_argument("model_alias", alias, f"a text of 1 to {_LONGEST_ALIAS} characters")


def _binding(session: SparkSession, binding: str | None) -> str:
    if binding is not None:
        return one_of("binding", binding, BINDINGS)
    value = conf.text(session, conf.ARGUMENT_BINDING).strip().lower()
    if value not in BINDINGS:
        raise ConfigurationError(
            "PREDICT_INVALID_CONF",
            key=conf.ARGUMENT_BINDING,
            value=value,
            expected=_listed(BINDINGS),
        )
    return value


def one_of(argument: str, value: Any, known: tuple[str, ...]) -> str:
    """The value, if it is one of those that the argument takes.

    Raises:
        BindArgumentError: it is none.
    """
    if value not in known:
        raise invalid_argument(argument, value, _listed(known))
    return str(value)


def _output(output: str | None) -> str | None:
    if output is not None and (not isinstance(output, str) or not output.strip()):
        raise invalid_argument("output", output, "the name of an output such as 'predict_proba'")
    return output


def _params(params: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if params is None:
        return None
    if not isinstance(params, Mapping) or not all(isinstance(name, str) for name in params):
        raise invalid_argument("params", params, "a dict from text")
    try:
        return dict(json.loads(json.dumps(dict(params), allow_nan=False)))
    except (TypeError, ValueError) as error:
        raise invalid_argument("params", params, "values that JSON can hold") from error


def _device(device: str, engine: str) -> str:
    """A GPU is of the engine onnx: any other would take no notice."""
    if one_of("device", device, DEVICES) != CPU and engine != ONNX:
        raise invalid_argument("device", device, f"{CPU!r}, unless engine={ONNX!r} is asked for")
    return device


def _listed(known: tuple[str, ...]) -> str:
    return " or ".join((", ".join(known[:-1]), known[-1]))
