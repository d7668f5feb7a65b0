# SPDX-License-Identifier: Apache-2.0
"""A folder of a remote store to the cache: all of it or nothing."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from sparkpredict import conf
from sparkpredict.errors import ModelError
from sparkpredict.sources import failures, listing, progress
from sparkpredict.worker.artifact import TreeDigest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sparkpredict.cache import Kept
    from sparkpredict.sources.listing import ModelFile
    from sparkpredict.sources.request import Request

_AT_A_TIME = 8
_CHUNK = 1 << 20


class Store(Protocol):
    """A folder of a remote store.

    Attributes:
        address: what tells it from all others.
        host: who is asked, for errors.
    """

    address: str
    host: str

    def files(self) -> Iterable[ModelFile]:
        """The files below the folder."""

    def copy(self, files: list[ModelFile], into: Landing) -> None:
        """Copies these files, several at a time."""


class Landing:
    """Where files arrive: counts their bytes, and ends what is more than was announced or allowed.

    Args:
        folder: where the files go.
        host: who sends them, for errors.
        uri: the model as errors show it.
        limits: how much a model may have.
        show: is told of bytes that have arrived.
    """

    def __init__(
        self,
        folder: Path,
        host: str,
        uri: str,
        limits: listing.Limits,
        show: Callable[[int], object],
    ) -> None:
        self._folder, self._host, self._uri, self._limits = folder, host, uri, limits
        self._show, self._digest = show, TreeDigest()
        self._total, self._lock = 0, Lock()
        self._made: set[Path] = set()

    def target(self, file: ModelFile) -> Path:
        """The path of a file, whose folder is there."""
        path = self._folder / file.path
        if path.parent not in self._made:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._made.add(path.parent)
        return path

    def counter(self, file: ModelFile) -> Callable[[int], None]:
        """Takes how many bytes of a file have arrived since it was told last."""
        seen = 0

        def arrived(size: int) -> None:
            nonlocal seen
            seen += size
            if file.size is not None and seen > file.size:
                raise self._not_all(file, seen)
            with self._lock:
                self._total += size
                self._show(size)
            if self._total > self._limits.bytes:
                raise listing.unsafe(self._uri, f"more than {self._limits.bytes} bytes")

        return arrived

    def landed(self, file: ModelFile, size: int, sha256: str) -> None:
        """A file is all there."""
        if file.size is not None and size != file.size:
            raise self._not_all(file, size)
        with self._lock:
            self._digest.add(file.path, size, sha256)

    def digest(self) -> str:
        """The digest of all files that have landed."""
        return self._digest.hexdigest()

    def _not_all(self, file: ModelFile, size: int) -> ModelError:
        return ModelError(
            "PREDICT_REMOTE_FAILED",
            host=self._host,
            problem=f"sent {size} bytes of {file.path}, which has {file.size}",
            cause="the connection was cut, or the file has changed",
            cure="Bind again.",
        )


class OneByOne(ABC):
    """The ``copy`` of a store whose client copies one file at a time and waits for it."""

    def copy(self, files: list[ModelFile], into: Landing) -> None:
        """Copies files, several at a time, each by a thread."""

        def one(file: ModelFile) -> None:
            target = into.target(file)
            self._copy(file, target, into.counter(file))
            into.landed(file, *_digest(target))

        pool = ThreadPoolExecutor(_AT_A_TIME)
        try:
            list(pool.map(one, files))
        finally:
            pool.shutdown(cancel_futures=True)

    @abstractmethod
    def _copy(self, file: ModelFile, target: Path, arrived: Callable[[int], object]) -> None:
        """Copies one file; tells how many bytes have arrived since it last told so."""


def tree(store: Store, uri: str, request: Request) -> Kept | None:
    """The folder as it is now; None where it holds no file.

    Where the cache has what the store lists, nothing but the list is asked for.

    Args:
        store: the folder.
        uri: the folder as errors show it.
        request: the limits, and the cache.

    Raises:
        ModelError: the folder is not safe to take, changes meanwhile, or a file is not all there.
    """
    listed = listing.checked(store.files(), request.limits, uri)
    if not listed:
        return None
    stamp = listing.stamp(store.address, listed)
    found = request.cache.found(stamp) if stamp is not None else None
    if found is not None:
        return found
    with failures.of_the_disk(request.cache.folder, conf.CACHE_DIR), request.cache.part() as part:
        digest = _copied(store, listed, part.folder, uri, request.limits)
        if listing.checked(store.files(), request.limits, uri) != listed:
            raise ModelError("PREDICT_MODEL_CHANGED", path=uri)
        return request.cache.keep(part, digest, stamp)


def _copied(
    store: Store, listed: list[ModelFile], folder: Path, uri: str, limits: listing.Limits
) -> str:
    """Copies all files and gives the digest of what came."""
    with progress.shown(uri, sum(file.size or 0 for file in listed)) as show:
        landing = Landing(folder, store.host, uri, limits, show)
        store.copy(listed, landing)
    return landing.digest()


def _digest(path: Path) -> tuple[int, str]:
    sha, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            sha.update(chunk)
            size += len(chunk)
    return size, sha.hexdigest()
