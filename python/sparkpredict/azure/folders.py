# SPDX-License-Identifier: Apache-2.0
"""A folder of a storage account: its files and their ETags, and their bytes as they come."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from azure.core.exceptions import ResourceModifiedError, ResourceNotFoundError
from fsspec.asyn import sync

from sparkpredict.azure import storage
from sparkpredict.errors import ModelError
from sparkpredict.sources.listing import ModelFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sparkpredict.azure.storage import SignIn
    from sparkpredict.sources.adls import Location


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

    def copy(self, file: ModelFile, target: Path, arrived: Callable[[int], object]) -> None:
        """Copies one file piece by piece, all of one version."""
        blob = self._store.service_client.get_blob_client(
            self._where.container, f"{self._where.path}/{file.path}".lstrip("/")
        )

        async def download() -> None:
            stream = await blob.download_blob()
            with target.open("wb") as copy:
                async for piece in stream.chunks():
                    arrived(len(piece))
                    copy.write(piece)

        try:
            sync(self._store.loop, download)
        except ResourceModifiedError:
            path = f"{self.address}/{file.path}"
            raise ModelError("PREDICT_MODEL_CHANGED", path=path) from None

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
