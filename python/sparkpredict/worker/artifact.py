# SPDX-License-Identifier: Apache-2.0
"""The one zip that a model travels in: how it is digested, and how it is unpacked, once, whole."""

from __future__ import annotations

import hashlib
import os
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

MODEL_PREFIX = "model/"
_CHUNK = 1 << 20


class TreeDigest:
    """SHA-256 over the sorted list of (path, size, SHA-256 of the bytes) of a folder's files."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[int, str]] = {}

    def copy(self, path: str, source: IO[bytes], target: IO[bytes]) -> None:
        """Copies one file by its relative path, in chunks, and takes it into the digest."""
        sha, size = hashlib.sha256(), 0
        while chunk := source.read(_CHUNK):
            target.write(chunk)
            sha.update(chunk)
            size += len(chunk)
        self.add(path, size, sha.hexdigest())

    def add(self, path: str, size: int, sha256: str) -> None:
        """Takes in a file that was digested elsewhere."""
        self._files[path] = (size, sha256)

    def hexdigest(self) -> str:
        """The digest of all files copied so far: 64 hexadecimal digits."""
        total = hashlib.sha256()
        for path in sorted(self._files):
            size, sha = self._files[path]
            total.update(f"{path}\0{size}\0{sha}\n".encode())
        return total.hexdigest()


def published(name: str, root: Path) -> Path:
    """The file that an artifact's name stands for in this task.

    The tasks of a stream are not told the folder of their Connect session. The name is a digest of
    the content, so that the file of any session is the right one.

    Args:
        name: that of a file which was sent with Spark, or an absolute path.
        root: where Spark keeps the files of this task.

    Raises:
        FileNotFoundError: it is not there.
    """
    path = root / name
    found = path if path.is_file() else next(root.glob(f"*/{path.name}"), None)
    if found is None:
        raise FileNotFoundError(path)
    return found


def unpack(artifact: Path, folder: Path, digest: str) -> Path:
    """Unpacks the model of an artifact below a folder, once for all processes that share it.

    Args:
        artifact: the zip.
        folder: where the unpacked model goes; made if missing.
        digest: what the model must digest to.

    Returns:
        The model folder. It is there whole or not at all.

    Raises:
        ValueError: the content does not have that digest.
    """
    target = folder / f"predict-{digest}"
    if target.is_dir():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder / f"predict-{digest}.lock"):
        if not target.is_dir():
            partial = folder / f"predict-{digest}.{os.getpid()}.part"
            try:
                _extract(artifact, partial, digest)
                partial.rename(target)
            finally:
                shutil.rmtree(partial, ignore_errors=True)
    return target


def _extract(artifact: Path, folder: Path, digest: str) -> None:
    found = TreeDigest()
    with zipfile.ZipFile(artifact) as archive:
        for member in archive.infolist():
            if not member.filename.startswith(MODEL_PREFIX):
                continue
            path = member.filename[len(MODEL_PREFIX) :]
            if ".." in Path(path).parts or Path(path).is_absolute() or Path(path).drive:
                raise ValueError(f"{artifact.name} holds the unsafe path {path}")
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(member) as source, target.open("wb") as copy:
                found.copy(path, source, copy)
    if found.hexdigest() != digest:
        raise ValueError(f"{artifact.name} has digest {found.hexdigest()}, not {digest}")


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as handle:
        try:
            import fcntl
        except ImportError:
            yield
            return
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
