# SPDX-License-Identifier: Apache-2.0
"""Models of a real tracking server: registered ones, those of a run, and bare artifacts."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from types import SimpleNamespace

import mlflow
import pytest

from sparkpredict import sources
from sparkpredict.errors import BindArgumentError, ModelError
from sparkpredict.sources.trust import Trust
from sparkpredict.worker import loading
from stored import read


def running(folder):
    """A server of the mlflow package, with its database and its artifacts in a folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--workers", "1"]
    command += ["--port", str(port), "--backend-store-uri", f"sqlite:///{folder}/db.sqlite"]
    command += ["--serve-artifacts", "--artifacts-destination", str(folder / "artifacts")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, stdout=log, stderr=log, start_new_session=True
        )
    deadline = time.monotonic() + 120
    url = f"http://127.0.0.1:{port}"
    while not answers(url):
        assert process.poll() is None, (folder / "log").read_text()
        assert time.monotonic() < deadline, (folder / "log").read_text()
        time.sleep(0.2)
    return process, url


def answers(url):
    try:
        urllib.request.urlopen(f"{url}/health", timeout=5).close()  # noqa: S310 (ours)
    except OSError:
        return False
    return True


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The server, with two versions of model ``m``; the first is the champion."""
    folder = tmp_path_factory.mktemp("mlflow")
    process, url = running(folder)
    before = mlflow.get_tracking_uri()
    try:
        mlflow.set_tracking_uri(url)
        runs = []
        for factor in (2, 3):
            with mlflow.start_run() as run:
                mlflow.pyfunc.log_model(name="model", python_model=Scaled(factor))
                mlflow.register_model(f"runs:/{run.info.run_id}/model", "m")
                runs.append(run.info.run_id)
        mlflow.MlflowClient().set_registered_model_alias("m", "champion", "1")
        yield SimpleNamespace(url=url, runs=runs)
    finally:
        mlflow.set_tracking_uri(before)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class Scaled(mlflow.pyfunc.PythonModel):
    def __init__(self, by):
        self.by = by

    def predict(self, context, model_input, params=None):
        return model_input["a"] * self.by


def scored(fetched):
    import pandas as pd

    model = loading.load(fetched.folder, "m", fetched.uri)
    return list(model.predict(pd.DataFrame({"a": [1.0, 2.0]})))


@pytest.mark.parametrize(
    ("uri", "resolved", "scores"),
    [
        ("models:/m/1", "models:/m/1", [2.0, 4.0]),
        ("models:/m/2", "models:/m/2", [3.0, 6.0]),
        ("models:/m@champion", "models:/m/1", [2.0, 4.0]),
        ("models:/m/latest", "models:/m/2", [3.0, 6.0]),
        ("runs:/{run}/model", "runs:/{run}/model", [2.0, 4.0]),
    ],
)
def test_a_model_is_fetched_from_the_server(server, uri, resolved, scores):
    run = server.runs[0]
    found = sources.fetch(uri.format(run=run))
    assert found.uri == resolved.format(run=run)
    assert found.sign_in == f"MLflow: {server.url}"
    assert scored(found) == scores


def test_artifacts_are_fetched_by_their_own_address(server):
    with mlflow.start_run() as run:
        mlflow.log_text("bytes", "some/deep/file.txt")
    uri = f"mlflow-artifacts:/{run.info.experiment_id}/{run.info.run_id}/artifacts/some"
    assert read(sources.fetch(uri).folder) == {"deep/file.txt": b"bytes"}


def test_a_version_that_is_in_the_cache_is_not_fetched_again(server, monkeypatch):
    first = sources.fetch("models:/m/1")
    monkeypatch.delattr("sparkpredict.sources.tracking._Artifacts._copy")
    started = time.monotonic()
    again = sources.fetch("models:/m@champion")
    assert time.monotonic() - started < 5  # under one on a machine that does nothing else
    assert again.folder == first.folder


def test_where_the_registry_leads_must_be_trusted_too(server):
    with pytest.raises(BindArgumentError, match="PREDICT_URI_NOT_TRUSTED") as raised:
        sources.fetch("models:/m/1", trust=Trust((("models:/m",),)))
    assert "models:/m/1, which is at mlflow-artifacts:/" in str(raised.value)
    with pytest.raises(BindArgumentError, match="models:/m/1 is below none of"):
        sources.fetch("models:/m/1", trust=Trust((("models:/other", "mlflow-artifacts:"),)))
    both = Trust((("models:/m", "mlflow-artifacts:/"),))
    assert scored(sources.fetch("models:/m/1", trust=both)) == [2.0, 4.0]


def test_a_file_that_the_registry_names_is_read_by_the_rules_of_local_folders(server, tmp_path):
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "MLmodel").symlink_to(tmp_path / "secret")
    client = mlflow.MlflowClient()
    found = type("Found", (), {"creation_timestamp": 1})()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(client), "get_model_version", lambda self, name, version: found)
        patch.setattr(
            type(client),
            "get_model_version_download_uri",
            lambda self, name, version: f"file://{tmp_path}/model",
        )
        with pytest.raises(ModelError, match="PREDICT_MODEL_FOLDER_UNSAFE"):
            sources.fetch("models:/m/7")


@pytest.mark.parametrize("uri", ["models:/nothing/1", "models:/m/99", "models:/m@nobody"])
def test_a_model_that_is_not_there_is_an_error(server, uri):
    with pytest.raises(ModelError) as raised:
        sources.fetch(uri)
    assert raised.value.condition == "PREDICT_REMOTE_MODEL_MISSING"
    assert server.url in str(raised.value)


def test_a_run_without_a_path_is_refused(server):
    with pytest.raises(BindArgumentError, match="expected runs:/RUN_ID/PATH"):
        sources.fetch(f"runs:/{server.runs[0]}")
