# SPDX-License-Identifier: Apache-2.0
"""MLflow's inference parameters: those of a binding against those of the model's signature."""

from __future__ import annotations

from typing import Any

from sparkpredict.errors import invalid_argument


def check(params: dict[str, Any] | None, schema: dict[str, dict[str, Any]], output: Any) -> None:
    """Refuses what MLflow would ignore or fail on in a worker.

    Args:
        params: what ``bind_model`` was given.
        schema: the parameters of the signature by name.
        output: what ``bind_model`` was given as ``output``.

    Raises:
        BindArgumentError: a name is unknown, a value is of another type, or nobody reads them.
    """
    if not params:
        return
    known = ", ".join(f"{name} {_type(spec)}" for name, spec in schema.items())
    if output is not None:
        raise invalid_argument(
            "params", params, f"none with output={output!r}: MLflow's predict has them"
        )
    if not known:
        raise invalid_argument("params", params, "none: the model's signature has no parameters")
    for name, value in params.items():
        if name not in schema:
            raise invalid_argument(
                f"params[{name!r}]", value, f"one of the model's parameters: {known}"
            )
        if not _fits(name, value, schema[name]):
            raise invalid_argument(
                f"params[{name!r}]", value, f"{_type(schema[name])}; known: {known}"
            )


def _fits(name: str, value: Any, spec: dict[str, Any]) -> bool:
    """By MLflow's own check, which runs again at each call."""
    from mlflow.types.schema import ParamSpec

    try:
        known = ParamSpec.from_json_dict(name=name, **spec)  # type: ignore[no-untyped-call]
        ParamSpec.validate_param_spec(value, known)
    except Exception:  # noqa: BLE001 (each version has its own)
        return False
    return True


def _type(spec: dict[str, Any]) -> str:
    return f"{spec['type']}{'[]' if spec.get('shape') else ''}"
