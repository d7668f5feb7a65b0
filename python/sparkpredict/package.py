# SPDX-License-Identifier: Apache-2.0
"""Reads the MLmodel file of a model folder. No code of the model runs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sparkpredict.errors import ModelError

if TYPE_CHECKING:
    from pathlib import Path

MLMODEL = "MLmodel"
PYFUNC = "python_function"


@dataclass(frozen=True)
class Package:
    """What a model folder says of itself.

    Attributes:
        folder: the folder.
        flavors: the flavors by name, as MLmodel states them.
        inputs: the signature's inputs, as MLflow's JSON; None without a signature.
        outputs: the signature's outputs, likewise.
        mlflow_version: the MLflow that saved it, or None.
        size: bytes of all files.
    """

    folder: Path
    flavors: dict[str, dict[str, Any]]
    inputs: list[dict[str, Any]] | None
    outputs: list[dict[str, Any]] | None
    mlflow_version: str | None
    size: int

    @property
    def flavor(self) -> str:
        """The flavor that scores: a library's own, else the plain Python function."""
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
    content = _yaml(path)
    flavors = content.get("flavors")
    if not isinstance(flavors, dict):
        raise _broken(path, "it has no flavors")
    if not isinstance(flavors.get(PYFUNC), dict):
        raise ModelError(
            "PREDICT_NO_PYTHON_FUNCTION", path=folder, flavors=", ".join(sorted(flavors)) or "none"
        )
    signature = content.get("signature") or {}
    if not isinstance(signature, dict):
        raise _broken(path, "its signature is not a mapping")
    return Package(
        folder=folder,
        flavors=flavors,
        inputs=_schema(path, signature.get("inputs")),
        outputs=_schema(path, signature.get("outputs")),
        mlflow_version=content.get("mlflow_version"),
        size=sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()),
    )


def _yaml(path: Path) -> dict[str, Any]:
    import yaml

    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise _broken(path, " ".join(str(error).split())) from error
    if not isinstance(content, dict):
        raise _broken(path, "it is not a YAML mapping")
    return content


def _schema(path: Path, text: Any) -> list[dict[str, Any]] | None:
    if text is None:
        return None
    try:
        schema = json.loads(text) if isinstance(text, str) else text
    except ValueError as error:
        raise _broken(path, f"its signature is not JSON ({error})") from error
    if not isinstance(schema, list) or not all(_is_column(column) for column in schema):
        raise _broken(path, "its signature is not a list of columns")
    return schema


def _is_column(column: Any) -> bool:
    """Whether it has the form of MLflow's column or tensor."""
    if not isinstance(column, dict):
        return False
    if column.get("type") != "tensor":
        return True
    spec = column.get("tensor-spec")
    shape = spec.get("shape") if isinstance(spec, dict) else None
    return isinstance(shape, list) and all(isinstance(size, int) for size in shape)


def _broken(path: Path, cause: str) -> ModelError:
    return ModelError("PREDICT_INVALID_MLMODEL", path=path, cause=cause, flavor="<flavor>")
