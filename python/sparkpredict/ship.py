# SPDX-License-Identifier: Apache-2.0
"""Sends a model and our worker code to the executors, each once, for all engines."""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import tempfile
import weakref
import zipfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sparkpredict import ceilings, conf, connect
from sparkpredict.errors import ConfigurationError, ModelError
from sparkpredict.session import installation

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from sparkpredict.artifact import Artifact

_RESOURCE = "resources/error-conditions.json"
_sent: weakref.WeakKeyDictionary[Any, set[str]] = weakref.WeakKeyDictionary()


@cache
def staging() -> Path:
    """This process' folder for what Spark's file server reads; removed when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="sparkpredict-"))
    owner = os.getpid()

    def remove() -> None:
        if os.getpid() == owner:
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)
    return folder


def model(spark: SparkSession, artifact: Artifact) -> str:
    """Publishes a model's artifact.

    Returns:
        The name that finds it on driver and executors: a file of Spark's, or a path in ship.folder.

    Raises:
        ModelError: it is larger than ship.maxBytes and no ship.folder is set.
    """
    size, limit = artifact.path.stat().st_size, conf.size(spark, conf.SHIP_MAX_BYTES)
    if size <= limit:
        _once(spark, artifact.path, connect.add_file)
        return artifact.path.name
    shared = ceilings.path(spark, conf.SHIP_FOLDER)
    if not shared:
        raise ModelError("PREDICT_MODEL_TOO_LARGE", size=size, key=conf.SHIP_MAX_BYTES, limit=limit)
    return str(_shared(artifact.path, Path(shared)))


def worker_code(spark: SparkSession) -> str:
    """Sends our worker modules.

    Returns:
        The name of the package they are on the workers: one for each content, so that two versions
        of ours in one application never mix.
    """
    path = _worker_zip()
    _once(spark, path, connect.add_python_zip)
    return path.stem


def text(spark: SparkSession, content: str) -> str:
    """Publishes a small text by its digest and gives its name."""
    name = f"predict-binding-{hashlib.sha256(content.encode()).hexdigest()}.json"
    path = staging() / name
    path.write_text(content, encoding="utf-8")
    _once(spark, path, connect.add_file)
    return name


def _once(spark: SparkSession, path: Path, send: Any) -> None:
    scope = connect.shipping_scope(spark)
    if scope not in _sent:
        _sent[scope] = _arrived(spark)
    sent = _sent[scope]
    if path.name not in sent:
        send(spark, path)
        sent.add(path.name)


def _arrived(spark: SparkSession) -> set[str]:
    """What another client of the same Connect session has sent already."""
    if not connect.is_connect(spark):
        return set()
    _, found = installation(spark)
    return set(found["files"])


def _shared(artifact: Path, folder: Path) -> Path:
    if not folder.is_absolute() or not folder.is_dir():
        raise ConfigurationError(
            "PREDICT_INVALID_CONF",
            key=conf.SHIP_FOLDER,
            value=folder,
            expected="an absolute path of a folder that exists",
        )
    target = folder / artifact.name
    if not target.exists():
        partial = folder / f"{artifact.name}.{os.getpid()}.part"
        try:
            shutil.copyfile(artifact, partial)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
    return target


@cache
def _worker_zip() -> Path:
    home = Path(__file__).parent
    files = {
        f"worker/{path.name}": path.read_bytes() for path in sorted((home / "worker").glob("*.py"))
    }
    files["__init__.py"] = b""
    files[_RESOURCE] = (home / _RESOURCE).read_bytes()
    digest = hashlib.sha256(b"".join(name.encode() + data for name, data in sorted(files.items())))
    package = f"sparkpredict_worker_{digest.hexdigest()[:12]}"
    path = staging() / f"{package}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(f"{package}/{name}", data)
    return path
