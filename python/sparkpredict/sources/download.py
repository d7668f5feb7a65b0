# SPDX-License-Identifier: Apache-2.0
"""A folder of a remote store to a folder here: all of it or nothing."""

from __future__ import annotations

import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import Any

from sparkpredict import ship
from sparkpredict.errors import ModelError

_MOST_FILES = 10_000
_AT_A_TIME = 4


def tree(store: Any, root: str, uri: str) -> Path | None:
    """Copies all files below a folder; None where there is none.

    Args:
        store: an fsspec file system.
        root: the folder, as the store names it.
        uri: the folder as errors show it.

    Raises:
        ModelError: a name would leave the folder, two names are one file, or a copy is too short.
    """
    root = root.strip("/")
    listed = store.find(root, detail=True)
    sizes = {name: entry["size"] for name, entry in listed.items() if name != root}
    if not sizes:
        return None
    targets = {name: _relative(name[len(root) + 1 :], uri) for name in sizes}
    spelled = {str(path).casefold() for path in targets.values()}
    if len(spelled) != len(targets):
        raise _unsafe(uri, "names that differ only in upper and lower case")
    if len(targets) > _MOST_FILES:
        raise _unsafe(uri, f"{len(targets)} files, more than {_MOST_FILES}")
    folder = Path(tempfile.mkdtemp(prefix="fetched-", dir=ship.staging()))

    def copy(name: str) -> None:
        target = folder / targets[name]
        target.parent.mkdir(parents=True, exist_ok=True)
        store.get_file(name, str(target))
        if target.stat().st_size != sizes[name]:
            raise ModelError("PREDICT_MODEL_CHANGED", path=f"{uri}/{targets[name]}")

    try:
        with ThreadPoolExecutor(_AT_A_TIME) as pool:
            list(pool.map(copy, sizes))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder


def _relative(name: str, uri: str) -> PurePosixPath:
    parts = name.split("/")
    if any(part in {"", ".", ".."} for part in parts) or "\\" in name or "\0" in name:
        raise _unsafe(uri, f"a file named {name!r}")
    return PurePosixPath(name)


def _unsafe(uri: str, what: str) -> ModelError:
    return ModelError("PREDICT_MODEL_FOLDER_UNSAFE", uri=uri, what=what)
