# SPDX-License-Identifier: Apache-2.0
"""A folder of a storage account: its files and their ETags, and their bytes as they come."""

from __future__ import annotations

import asyncio
import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from azure.core.exceptions import ResourceModifiedError, ResourceNotFoundError
from fsspec.asyn import sync

from sparkpredict.azure import storage
from sparkpredict.errors import ModelError
from sparkpredict.sources.listing import ModelFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

    from sparkpredict.azure.storage import SignIn
    from sparkpredict.sources.adls import Location
    from sparkpredict.sources.download import Landing

_AT_A_TIME = 16
_WRITERS = 2


class AzureFolder:
    """The files of a folder, by adlfs; see ``sparkpredict.sources.download.Store``."""

    def __init__(self, where: Location, way: SignIn) -> None:
        self._store = storage.file_system(where, way)
        self._root = f"{where.container}/{where.path}"
        self._where = where
        self.address = f"{self._store.service_client.url.rstrip('/')}/{self._root}"
        self.host = where.blob_host

    def files(self) -> Iterator[ModelFile]:
        """The files below the folder."""
        if not self._has_any():
            return
        for name, told in self._store.find(self._root, detail=True).items():
            if name != self._root:
                yield ModelFile(name[len(self._root) + 1 :], told["size"], str(told["etag"]))

    def copy(self, files: list[ModelFile], into: Landing) -> None:
        """Copies files, several at a time: requests in one thread, disk and digest in others."""
        pool = ThreadPoolExecutor(_WRITERS)

        async def every() -> None:
            gate = asyncio.Semaphore(_AT_A_TIME)

            async def one(file: ModelFile) -> None:
                async with gate:
                    await self._copy(file, into, pool)

            tasks = [asyncio.ensure_future(one(file)) for file in files]
            try:
                await asyncio.gather(*tasks)
            finally:  # of one that failed the others are of no use
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

        running = asyncio.run_coroutine_threadsafe(every(), self._store.loop)
        try:
            running.result()
        finally:
            running.cancel()
            pool.shutdown()

    async def _copy(self, file: ModelFile, into: Landing, pool: ThreadPoolExecutor) -> None:
        """Copies one file piece by piece, all of one version."""
        name = f"{self._where.path}/{file.path}".lstrip("/")
        blob = self._store.service_client.get_blob_client(self._where.container, name)
        loop, arrived = asyncio.get_running_loop(), into.counter(file)
        copy = _Copy(into.target(file))
        try:
            stream = await blob.download_blob()
            async for piece in stream.chunks():
                arrived(len(piece))
                await loop.run_in_executor(pool, copy.write, piece)
        except ResourceModifiedError:
            path = f"{self.address}/{file.path}"
            raise ModelError("PREDICT_MODEL_CHANGED", path=path) from None
        finally:
            copy.close()
        into.landed(file, copy.size, copy.sha.hexdigest())

    def _has_any(self) -> bool:
        """Whether there is a file below the folder, by one request, whose failure comes as it is.

        adlfs asks several times before it lists, and each of them would try until its limit.
        """

        async def first() -> bool:
            where = self._where
            async with self._store.service_client.get_container_client(
                where.container
            ) as container:
                found = container.list_blobs(name_starts_with=f"{where.path}/", results_per_page=1)
                async for _ in found:
                    return True
            return False

        return bool(sync(self._store.loop, first))


class AzureFile(AzureFolder):
    """A file as a folder that holds nothing else."""

    def __init__(self, where: Location, way: SignIn) -> None:
        folder, _, self._name = where.path.rpartition("/")
        super().__init__(replace(where, path=folder), way)
        self.address = f"{self.address.rstrip('/')}/{self._name}"

    def files(self) -> Iterator[ModelFile]:
        """The file, where there is one."""
        blob = self._store.service_client.get_blob_client(
            self._where.container, f"{self._where.path}/{self._name}".lstrip("/")
        )

        async def told() -> ModelFile | None:
            try:
                found = await blob.get_blob_properties()
            except ResourceNotFoundError:
                return None
            return ModelFile(self._name, found.size, found.etag.strip('"'))

        found = sync(self._store.loop, told)
        if found is not None:
            yield found


class _Copy:
    """A file as it is written, and its digest."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO | None = None
        self.size, self.sha = 0, hashlib.sha256()

    def write(self, piece: bytes) -> None:
        if self._file is None:
            self._file = self._path.open("wb")
        self._file.write(piece)
        self.sha.update(piece)
        self.size += len(piece)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
        else:  # an empty one
            self._path.touch()
