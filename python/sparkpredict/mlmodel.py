# SPDX-License-Identifier: Apache-2.0
"""Reads an MLmodel file that may be anybody's: bounded, without code, and with paths inside."""

from __future__ import annotations

from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING, Any

from sparkpredict.errors import ModelError, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_BYTES = 10_000_000
_MOST_NODES = 1_000_000
# Where something came from when it was logged, which nobody opens.
_ORIGINS = frozenset({"model_code_path", "source_model_name", "uri"})
# What MLflow's loaders join to the folder, so that an absolute path takes its place.
_PATHS = frozenset(
    {
        "artifact_path",
        "code",
        "data",
        "env",
        "model_data",
        "model_path",
        "path",
        "pickled_model",
        "python_model",
    }
)


def content(path: Path) -> dict[str, Any]:
    """The mapping that the file holds.

    Raises:
        ModelError: it is too large, no YAML mapping, or its aliases make too much of it.
    """
    if path.stat().st_size > _MOST_BYTES:
        raise broken(path, f"it has more than {_MOST_BYTES} bytes")
    import yaml

    loader_class = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        loader = loader_class(path.read_text(encoding="utf-8"))
        node = loader.get_single_node()
        if _expanded(node, {}) > _MOST_NODES:
            raise broken(path, f"its aliases make more than {_MOST_NODES} values of it")
        found = loader.construct_document(node) if node is not None else None
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        raise broken(path, one_line(error)) from error
    except RecursionError as error:
        raise broken(path, "it is nested too deeply") from error
    if not isinstance(found, dict):
        raise broken(path, "it is not a YAML mapping")
    return found


def check_paths(path: Path, found: dict[str, Any]) -> None:
    """Refuses paths that lead out of the model's folder.

    Raises:
        ModelError: one does.
    """
    for key, named in _named({"flavors": found.get("flavors")}, ""):
        absolute = named.startswith(("/", "~")) or bool(PureWindowsPath(named).drive)
        if ".." in Path(named).parts or "\0" in named or (absolute and key in _PATHS):
            raise broken(path, f"its {key} {named[:200]!r} leads out of the folder")


def broken(path: Path, cause: str) -> ModelError:
    """The error of a file that is not what MLflow writes."""
    return ModelError("PREDICT_INVALID_MLMODEL", path=path, cause=cause, flavor="<flavor>")


def _expanded(node: Any, counted: dict[int, int]) -> int:
    """How many values a node stands for, when each alias is written out."""
    if id(node) in counted:
        return counted[id(node)]
    counted[id(node)] = _MOST_NODES  # an alias of what it is in is endless
    inside = getattr(node, "value", None)
    total = 1
    for child in inside if isinstance(inside, list) else ():
        total += sum(
            _expanded(each, counted) for each in (child if isinstance(child, tuple) else (child,))
        )
    counted[id(node)] = total
    return total


def _named(found: Any, key: str) -> Iterator[tuple[str, str]]:
    """All texts below a value, each with the name that it has."""
    if isinstance(found, dict):
        for name, value in found.items():
            if name not in _ORIGINS:
                inner = key if key in _PATHS and not isinstance(value, dict) else str(name)
                yield from _named(value, inner)
    elif isinstance(found, list):
        for value in found:
            yield from _named(value, key)
    elif isinstance(found, str):
        yield key, found
