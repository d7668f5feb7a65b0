# SPDX-License-Identifier: Apache-2.0
"""A model is loaded once in a worker process and then costs nothing when garbage is collected."""

from __future__ import annotations

import gc
import socket
import sys
import weakref

import pytest

import onnx_graphs
import saved
from sparkpredict.onnx.folder import as_mlflow
from sparkpredict.worker import loading, models
from sparkpredict.worker.conditions import WorkerError


@pytest.fixture
def worker(monkeypatch):
    """This process as a fresh worker."""
    monkeypatch.setattr(models, "_loaded", {})
    monkeypatch.setattr(models, "_ready", {})
    monkeypatch.setattr(models, "_used", {})
    yield
    gc.unfreeze()


def choice(digest):
    return {
        "digest": digest,
        "alias": "m",
        "flavor": "sklearn",
        "layout": "matrix",
        "names": [],
    }


def test_a_model_is_loaded_at_the_first_call_only(worker, tmp_path):
    folder, asked = saved.regression(tmp_path, signed=False).folder, []

    def unpacked():
        asked.append(folder)
        return folder

    first = models.cached(choice("one"), unpacked)
    assert models.cached(choice("one"), unpacked) is first
    assert len(asked) == 1
    assert models.cached(choice("two"), unpacked) is not first
    assert len(asked) == 2


def test_what_is_loaded_is_left_out_of_later_garbage_collections(worker, tmp_path):
    folder = saved.regression(tmp_path, signed=False).folder
    loaded = models.cached(choice("one"), lambda: folder)
    assert gc.get_freeze_count() > 0
    assert all(found is not loaded for found in gc.get_objects())


def test_onnx_runtime_that_is_missing_in_a_worker_is_one_sentence(tmp_path, monkeypatch):
    graph = onnx_graphs.linear(tmp_path / "model.onnx")
    made = as_mlflow(graph, tmp_path, "m")
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(WorkerError) as error:
        loading.load(made, "m", "uri")
    assert error.value.condition == "PREDICT_MODEL_LIBRARY_MISSING"
    assert error.value.parameters["package"] == "onnxruntime"
    assert error.value.parameters["host"] == socket.gethostname()


@pytest.mark.parametrize("other", ["two", "three"], ids=["loaded", "new"])
def test_a_model_that_no_task_asks_for_is_freed_by_a_task_of_another(
    worker, tmp_path, monkeypatch, other
):
    folder = saved.regression(tmp_path, signed=False).folder
    freed = weakref.ref(models.cached(choice("one"), lambda: folder))
    models.cached(choice("two"), lambda: folder)
    assert freed() is not None
    monkeypatch.setattr(models, "IDLE_SECONDS", 0.0)
    models.cached(choice(other), lambda: folder)
    assert list(models._loaded) == [other]
    assert freed() is None
