# SPDX-License-Identifier: Apache-2.0
"""A folder of a remote store to the cache: all of it or nothing."""

from __future__ import annotations

import hashlib
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

    def copy(self, file: ModelFile, target: Path, arrived: Callable[[int], object]) -> None:
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
    """Copies all files and gives the digest of what is on the disk."""
    digest = TreeDigest()
    for file in listed:
        (folder / file.path).parent.mkdir(parents=True, exist_ok=True)
    with progress.shown(uri, sum(file.size or 0 for file in listed)) as show:
        count = _Count(limits, uri, show)

        def copy(file: ModelFile) -> None:
            target = folder / file.path
            arrived = count.of(file, store.host)
            store.copy(file, target, arrived)
            size, sha = _digest(target)
            if file.size is not None and size != file.size:
                raise _not_all(store.host, file, size)
            digest.add(file.path, size, sha)

        pool = ThreadPoolExecutor(_AT_A_TIME)
        try:
            list(pool.map(copy, listed))
        finally:
            pool.shutdown(cancel_futures=True)
    return digest.hexdigest()


class _Count:
    """Counts what arrives, and ends what is more than was announced or allowed."""

    def __init__(self, limits: listing.Limits, uri: str, show: Callable[[int], object]) -> None:
        self._limits, self._uri, self._show = limits, uri, show
        self._total, self._lock = 0, Lock()

    def of(self, file: ModelFile, host: str) -> Callable[[int], None]:
        """The counter of one file."""
        seen = 0

        def arrived(size: int) -> None:
            nonlocal seen
            seen += size
            if file.size is not None and seen > file.size:
                raise _not_all(host, file, seen)
            with self._lock:
                self._total += size
                self._show(size)
            if self._total > self._limits.bytes:
                raise listing.unsafe(self._uri, f"more than {self._limits.bytes} bytes")

        return arrived


def _digest(path: Path) -> tuple[int, str]:
    sha, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            sha.update(chunk)
            size += len(chunk)
    return size, sha.hexdigest()


def _not_all(host: str, file: ModelFile, size: int) -> ModelError:
    return ModelError(
        "PREDICT_REMOTE_FAILED",
        host=host,
        problem=f"sent {size} bytes of {file.path}, which has {file.size}",
        cause="the connection was cut, or the file has changed",
        cure="Bind again.",
    )
