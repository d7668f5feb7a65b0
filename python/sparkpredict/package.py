# SPDX-License-Identifier: Apache-2.0
"""Reads the MLmodel file of a model folder. No code of the model runs."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sparkpredict import mlmodel
from sparkpredict.errors import ModelError

if TYPE_CHECKING:
    from pathlib import Path

MLMODEL = "MLmodel"
PYFUNC = "python_function"
SKLEARN = "sklearn"
PIPELINE = "spark"  # of Spark ML


@dataclass(frozen=True)
class Package:
    """What a model folder says of itself.

    Attributes:
        folder: the folder.
        flavors: the flavors by name, as MLmodel states them.
        inputs: the signature's inputs, as MLflow's JSON; None without a signature.
        outputs: the signature's outputs, likewise.
        params: the signature's inference parameters by name: type, default and shape.
        example: the file of the input example that was saved along; None without one.
        mlflow_version: the MLflow that saved it, or None.
        size: bytes of all files.
    """

    folder: Path
    flavors: dict[str, dict[str, Any]]
    inputs: list[dict[str, Any]] | None
    outputs: list[dict[str, Any]] | None
    mlflow_version: str | None
    size: int
    params: dict[str, dict[str, Any]] = field(default_factory=dict)
    example: Path | None = None

    @property
    def flavor(self) -> str:
        """The flavor that scores: a library's own, else the plain Python function."""
        if PYFUNC not in self.flavors:
            return SKLEARN
        loader = str(self.flavors[PYFUNC].get("loader_module", ""))
        library = loader.removeprefix("mlflow.").partition(".")[0]
        if library in self.flavors:
            return library
        return "pyfunc"


def read(folder: Path) -> Package:
    """Reads and checks a model folder.

    Args:
        folder: a local folder in MLflow's format.

    Raises:
        ModelError: there is no folder or no MLmodel, it is broken, or has no Python function.
    """
    path = folder / MLMODEL
    if not path.is_file():
        raise ModelError(
            "PREDICT_MODEL_FILE_MISSING",
            path=path if folder.is_dir() else folder,
            flavor="<flavor>",
        )
    content = mlmodel.content(path)
    mlmodel.check_paths(path, content)
    flavors = content.get("flavors")
    if not isinstance(flavors, dict):
        raise mlmodel.broken(path, "it has no flavors")
    # MLflow writes no Python function for what has no predict, such as a scaler.
    scores = SKLEARN if PYFUNC not in flavors and SKLEARN in flavors else PYFUNC
    if not isinstance(flavors.get(scores), dict):
        raise ModelError(
            "PREDICT_NO_PYTHON_FUNCTION", path=folder, flavors=", ".join(sorted(flavors)) or "none"
        )
    signature = content.get("signature") or {}
    if not isinstance(signature, dict):
        raise mlmodel.broken(path, "its signature is not a mapping")
    return Package(
        folder=folder,
        flavors=flavors,
        inputs=_schema(path, signature.get("inputs")),
        outputs=_schema(path, signature.get("outputs")),
        params=_params(path, signature.get("params")),
        example=_example(folder, content.get("saved_input_example_info")),
        mlflow_version=content.get("mlflow_version"),
        size=sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()),
    )


def _schema(path: Path, text: Any) -> list[dict[str, Any]] | None:
    if text is None:
        return None
    schema = _json(path, text)
    if not isinstance(schema, list) or not all(_is_column(column) for column in schema):
        raise mlmodel.broken(path, "its signature is not a list of columns")
    return schema


def _json(path: Path, text: Any) -> Any:
    try:
        return json.loads(text) if isinstance(text, str) else text
    except ValueError as error:
        raise mlmodel.broken(path, f"its signature is not JSON ({error})") from error


def _params(path: Path, text: Any) -> dict[str, dict[str, Any]]:
    """The parameters by name; MLflow wrote ``dtype`` for ``type`` at first."""
    found = _json(path, text) or []
    if not isinstance(found, list) or not all(_is_param(param) for param in found):
        raise mlmodel.broken(path, "the params of its signature are not a list of parameters")
    return {
        str(param["name"]): {"type": param.get("dtype"), "shape": None, **_without_name(param)}
        for param in found
    }


def _is_param(param: Any) -> bool:
    return isinstance(param, dict) and "name" in param and ("type" in param or "dtype" in param)


def _without_name(param: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in param.items() if key not in {"name", "dtype"}}


def _example(folder: Path, info: Any) -> Path | None:
    named = info.get("artifact_path") if isinstance(info, dict) else None
    path = folder / named if isinstance(named, str) else None
    inside = path is not None and folder.resolve() in path.resolve().parents
    return path if inside and path is not None and path.is_file() else None


def _is_column(column: Any) -> bool:
    """Whether it has the form of MLflow's column or tensor."""
    if not isinstance(column, dict):
        return False
    if column.get("type") != "tensor":
        return True
    spec = column.get("tensor-spec")
    shape = spec.get("shape") if isinstance(spec, dict) else None
    return isinstance(shape, list) and all(isinstance(size, int) for size in shape)
