# SPDX-License-Identifier: Apache-2.0
"""A model of 201 files and 256 MB in Azure Storage: fetched, hashed and kept, beside adlfs' `get`.

The store is Azurite on this machine, which answers as fast as its one thread of JavaScript can, so
what is seen is what each client adds. `adlfs_seconds` has files that nobody has hashed.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

import sparkpredict
from benchmarks import timing, zoo
from benchmarks.session import ROOT, Setting
from sparkpredict import cache, sources

CONTAINER, FOLDER = "models", "large"
FILES, SIZE = 200, 256_000_000


def measure(setting: Setting) -> dict[str, Any]:
    """Seconds of both, how many times as long adlfs takes, and seconds of binding once more."""
    import adlfs

    with _store(setting.folder) as (text, account):
        uri = f"abfss://{CONTAINER}@{account}.dfs.core.windows.net/{FOLDER}"

        def ours() -> None:
            kept = cache.Cache(setting.folder / "ours", 2**40)
            sources.fetch(uri, storage_options={"connection_string": text}, cache=kept)

        def theirs() -> None:
            files = adlfs.AzureBlobFileSystem(connection_string=text, skip_instance_cache=True)
            files.get(f"{CONTAINER}/{FOLDER}", str(setting.folder / "theirs"), recursive=True)

        contenders = {"fetch": ours, "adlfs": theirs}
        for call in contenders.values():  # imports, connections, the emulator's own first time
            call()
        runs: dict[str, list[float]] = {name: [] for name in contenders}
        for at in range(setting.repeats):
            for name in list(contenders)[:: 1 if at % 2 else -1]:
                for left in ("ours", "theirs"):
                    shutil.rmtree(setting.folder / left, ignore_errors=True)
                runs[name].append(timing.timed(contenders[name]).seconds)
        again = _bound_again(setting, uri, text)
    return {
        "fetch_seconds": timing.spread(runs["fetch"]),
        "adlfs_seconds": timing.spread(runs["adlfs"]),
        "times_adlfs": timing.paired(runs["adlfs"], runs["fetch"]),
        "bound_again_seconds": timing.spread(again),
    }


def _bound_again(setting: Setting, uri: str, text: str) -> list[float]:
    """Seconds of each bind after the first, of a model that has not changed."""

    def bind() -> None:
        sparkpredict.bind_model(
            "DOUBLE",
            "mlflow",
            "fetched",
            uri,
            storage_options={"connection_string": text},
            spark=setting.spark,
            engine="python",
        ).register()

    return [timing.timed(bind).seconds for _ in range(setting.repeats + 1)][1:]


@contextmanager
def _store(folder: Path) -> Iterator[tuple[str, str]]:
    """Azurite with the model in it; gives a connection string and the account."""
    from azure.storage.blob import BlobServiceClient

    sys.path.append(str(ROOT / "tests" / "azure"))
    from azurite import ACCOUNT, Azurite

    server = Azurite(folder / "azurite.log")
    try:
        text = server.connection_string
        client = BlobServiceClient.from_connection_string(text)
        container = client.create_container(CONTAINER)
        for path in _model(folder / "model"):
            name = path.relative_to(folder / "model").as_posix()
            container.upload_blob(f"{FOLDER}/{name}", path.read_bytes())
        yield text, ACCOUNT
    finally:
        server.stop()


def _model(folder: Path) -> Iterator[Path]:
    """A model with 200 files beside it that do not compress."""
    zoo.find("linear").trained(folder)
    rng = np.random.default_rng(5)
    data = folder / "data"
    data.mkdir()
    for at in range(FILES):
        (data / f"{at:03}.bin").write_bytes(rng.bytes(SIZE // FILES))
    yield from (path for path in folder.rglob("*") if path.is_file())
