# SPDX-License-Identifier: Apache-2.0
"""A disk that is full, on the driver and on an executor: told with host and path, nothing left."""

from __future__ import annotations

import resource
import signal
import socket
from contextlib import contextmanager

import pytest

from sparkpredict import artifact
from sparkpredict.descriptor import Descriptor
from sparkpredict.errors import ModelError
from sparkpredict.sources import download, failures
from sparkpredict.worker import scorer
from sparkpredict.worker.conditions import WorkerError
from stored import FILES, Store, names, read, request


@contextmanager
def full():
    """Meanwhile no file of this process gets larger than 2,500 bytes, not the tests' log either."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2500, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


def test_while_a_model_is_fetched(tmp_path):
    with pytest.raises(ModelError, match="PREDICT_DISK_FAILED") as raised, full():
        download.tree(Store(), "memory://here/m", request(tmp_path))
    assert socket.gethostname() in str(raised.value)
    assert str(tmp_path / "cache") in str(raised.value)
    assert "cacheDir" in str(raised.value)
    assert names(tmp_path / "cache") == ["lists", "models", "parts"]


def model(folder):
    for name, content in FILES.items():
        (folder / "model" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "model" / name).write_bytes(content)
    (folder / "staging").mkdir()
    return folder / "model"


def test_while_the_artifact_is_made(tmp_path):
    folder, staging = model(tmp_path), tmp_path / "staging"
    with (
        pytest.raises(ModelError, match="PREDICT_DISK_FAILED") as raised,
        full(),
        failures.of_the_disk(staging, "the variable TMPDIR"),
    ):
        artifact.draft(folder, staging)
    assert f"{staging} on {socket.gethostname()} cannot be written" in str(raised.value)
    assert "set the variable TMPDIR" in str(raised.value)
    assert names(staging) == []


def test_while_an_executor_unpacks_it(tmp_path, monkeypatch):
    draft = artifact.draft(model(tmp_path), tmp_path / "staging")
    made = draft.finish(Descriptor(digest=draft.digest, flavor="pyfunc", layout="frame"))
    monkeypatch.setattr("pyspark.SparkFiles.getRootDirectory", lambda: str(made.path.parent))
    choice = {"artifact": made.path.name, "digest": made.digest}
    with pytest.raises(WorkerError, match="PREDICT_DISK_FAILED") as raised, full():
        scorer._unpacked(choice)
    assert f"{made.path.parent} on {socket.gethostname()} cannot be written" in str(raised.value)
    assert "set spark.local.dir" in str(raised.value)
    assert read(scorer._unpacked(choice)) == FILES
