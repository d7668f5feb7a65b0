# SPDX-License-Identifier: Apache-2.0
"""What files a model has, and whether their names, number and size may be trusted."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sparkpredict.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_LONGEST_PATH = 1024  # bytes; what the file systems of executors take
_LONGEST_NAME = 255


@dataclass(frozen=True)
class Limits:
    """How much a model may have.

    Attributes:
        files: how many.
        bytes: of all of them together.
    """

    files: int = 10_000
    bytes: int = 20 << 30


@dataclass(frozen=True, order=True)
class ModelFile:
    """A file of a model.

    Attributes:
        path: from the model's folder, with slashes.
        size: in bytes; None where the store does not say.
        version: what changes with its content, such as an ETag; None where the store has no such.
    """

    path: str
    size: int | None
    version: str | None = None


def checked(files: Iterable[ModelFile], limits: Limits, uri: str) -> list[ModelFile]:
    """The files in the order of their paths, without what Python leaves behind.

    Args:
        files: as the store lists them; no more of them is asked for than may be.
        limits: how much a model may have.
        uri: the model as errors show it.

    Raises:
        ModelError: a path would leave the folder or be another's, or it is too much.
    """
    found: dict[str, ModelFile] = {}
    total = 0
    for file in files:
        if "__pycache__" in file.path.split("/"):
            continue
        check_path(file.path, uri)
        spelled = file.path.casefold()
        if spelled in found:
            raise unsafe(uri, f"names that differ only in upper and lower case, as {file.path!r}")
        found[spelled] = file
        total += file.size or 0
        if len(found) > limits.files:
            raise unsafe(uri, f"more than {limits.files} files")
        if total > limits.bytes:
            raise unsafe(uri, f"more than {limits.bytes} bytes")
    return sorted(found.values())


def check_path(path: str, uri: str) -> None:
    """Refuses a path that is not plainly one of a file below a folder.

    Raises:
        ModelError: it is none.
    """
    parts = path.split("/")
    odd = any(part in {"", ".", ".."} for part in parts) or any(sign in path for sign in "\\\0")
    long = len(os.fsencode(path)) > _LONGEST_PATH or any(
        len(os.fsencode(part)) > _LONGEST_NAME for part in parts
    )
    if odd or long:
        raise unsafe(uri, f"a file named {path[:200]!r}")


def stamp(address: str, files: list[ModelFile]) -> str | None:
    """What stands for a list of files of a store; None where a file's version is not known."""
    if any(file.version is None for file in files):
        return None
    content = [address, *([file.path, file.size, file.version] for file in files)]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def below(folder: Path, uri: str) -> Iterator[ModelFile]:
    """The files of a folder of this machine, which links never lead out of.

    Raises:
        ModelError: it holds a link, a device or a pipe.
    """
    waiting = [(folder, "")]
    while waiting:
        here, prefix = waiting.pop()
        with os.scandir(here) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                path = prefix + entry.name
                mode = entry.stat(follow_symlinks=False).st_mode
                if stat.S_ISDIR(mode):
                    waiting.append((folder / path, f"{path}/"))
                elif stat.S_ISREG(mode):
                    yield ModelFile(path, entry.stat(follow_symlinks=False).st_size)
                else:
                    kind = "a link" if stat.S_ISLNK(mode) else "a device or a pipe"
                    raise unsafe(uri, f"{kind} at {path!r}")


def unsafe(uri: str, what: str) -> ModelError:
    """The error of a model that is not taken."""
    return ModelError("PREDICT_MODEL_FOLDER_UNSAFE", uri=uri, what=what)
