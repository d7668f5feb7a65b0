# SPDX-License-Identifier: Apache-2.0
"""What a bound graph's artifact holds for an engine without Python, and why some hold nothing."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import zipfile
from functools import partial

import mlflow
import numpy as np
import onnx
import onnxruntime
import pytest
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, Schema, TensorSpec
from onnx import TensorProto

import onnx_graphs
import onnx_loops
from sparkpredict import conf as keys
from sparkpredict.compile import container
from sparkpredict.errors import ModelError
from sparkpredict.onnx import child


@pytest.fixture
def bare(bare):
    """Binds as by default, whatever engine the tests run with."""
    return partial(bare, engine="auto")


def members(model):
    with zipfile.ZipFile(model._artifact.path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def told(model):
    return json.loads(members(model)["descriptor.json"])["onnx"]


def saved(path, folder, inputs=None, outputs=None, **options):
    """As MLflow saves a graph."""
    signature = ModelSignature(inputs, outputs) if inputs else None
    mlflow.onnx.save_model(
        onnx.load(str(path)),
        str(folder),
        signature=signature,
        pip_requirements=["onnxruntime"],
        **options,
    )
    return folder


def test_the_descriptor_tells_of_files_inputs_outputs_and_answers(bare, tmp_path):
    model = bare(onnx_graphs.linear(tmp_path / "linear.onnx"))
    files = members(model)
    content = files["model/linear.onnx"]
    assert told(model) == {
        "graph": {"path": "linear.onnx"},
        "files": [
            {
                "path": "linear.onnx",
                "size": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
            }
        ],
        "size": len(content),
        "options": {},
        "providers": ["CPUExecutionProvider"],
        "ir": 8,
        "opsets": {"": 15, "ai.onnx.ml": 3},
        "nodes": 2,
        "inputs": [{"name": "X", "type": "float", "shape": [-1, 2], "features": [0]}],
        "outputs": [{"name": "score", "type": "float", "shape": [-1, 1]}],
        "roles": {"label": None, "probabilities": None},
        "answers": {"score": ["score"], "predict": ["score"]},
    }
    head, _ = container.read(child.MAGIC, files["onnx-probes.bin"])
    assert head["rows"] == 64


def test_several_inputs_and_outputs_by_name(bare, tmp_path):
    entry = told(bare(onnx_graphs.mixed(tmp_path / "m.onnx"), "text STRING, total FLOAT"))
    kinds = [(one["name"], one["type"], one["features"]) for one in entry["inputs"]]
    assert kinds == [
        ("size", "float", [0]),
        ("count", "int64", [1]),
        ("flag", "bool", [2]),
        ("name", "string", [3]),
    ]
    assert entry["answers"]["predict"] == ["total", "text"]
    assert entry["answers"]["text"] == ["text"]


def test_weights_in_other_files_are_read_in_the_artifact(bare, tmp_path):
    path = onnx_graphs.with_weights_outside(tmp_path / "m" / "model.onnx", "parts/weights.bin")
    model = bare(path.parent)
    entry = told(model)
    assert [(one["path"], one["size"]) for one in entry["files"]] == [("parts/weights.bin", 8)]
    assert entry["graph"] == {
        "member": "graph.onnx",
        "artifact": "artifact.zip",
        "path": "model.onnx",
    }
    (tmp_path / "moved.onnx").write_bytes(members(model)["graph.onnx"])
    shutil.copyfile(model._artifact.path, tmp_path / "artifact.zip")
    session = onnxruntime.InferenceSession(tmp_path / "moved.onnx")
    scores = session.run(["score"], {"X": np.asarray(onnx_graphs.POINTS, np.float32)})[0]
    assert scores.ravel().tolist() == onnx_graphs.FORMULA


def test_columns_by_name_fill_an_input_side_by_side(bind, tmp_path):
    path = onnx_graphs.linear(tmp_path / "model.onnx")
    columns = Schema([ColSpec("double", "a"), ColSpec("double", "b")])
    entry = told(bind(saved(path, tmp_path / "saved", columns), engine="auto"))
    assert entry["graph"] == {"path": "model.onnx"}
    assert entry["inputs"][0]["features"] == [0, 1]


def test_a_matrix_without_names_does_too(bind, tmp_path):
    path = onnx_graphs.linear(tmp_path / "model.onnx")
    matrix = Schema([TensorSpec(np.dtype("float32"), (-1, 2))])
    entry = told(bind(saved(path, tmp_path / "saved", matrix), engine="auto"))
    assert entry["inputs"][0]["features"] == [0, 1]


def test_the_example_that_mlflow_saved_is_among_the_probes(bind, tmp_path):
    path = onnx_graphs.linear(tmp_path / "model.onnx")
    matrix = Schema([TensorSpec(np.dtype("float32"), (-1, 2))])
    example = np.asarray([[12.5, -3.25]], dtype=np.float32)
    folder = saved(path, tmp_path / "saved", matrix, input_example=example)
    files = members(bind(folder, engine="auto"))
    _, arrays = container.read(child.MAGIC, files["onnx-probes.bin"])
    assert arrays["input.0"][:2].tolist() == [12.5, -3.25]


def test_an_example_of_tensors_by_name_is_too(bind, tmp_path):
    path = onnx_graphs.mixed(tmp_path / "model.onnx")
    kinds = {"size": "float32", "count": "int64", "flag": "bool"}
    tensors = [TensorSpec(np.dtype(kind), (-1, 1), name) for name, kind in kinds.items()]
    tensors.append(TensorSpec(np.dtype("str"), (-1,), "name"))
    example = {
        "size": np.asarray([[12.5]], dtype=np.float32),
        "count": np.asarray([[77]]),
        "flag": np.asarray([[True]]),
        "name": np.asarray(["ä"]),
    }
    folder = saved(path, tmp_path / "saved", Schema(tensors), input_example=example)
    files = members(bind(folder, "FLOAT", engine="auto", output="total"))
    head, arrays = container.read(child.MAGIC, files["onnx-probes.bin"])
    assert (arrays["input.0"][0], arrays["input.1"][0]) == (12.5, 77)
    assert head["inputs"][3]["texts"][arrays["input.3"][0]] == "ä"


def test_a_classifiers_maps_are_taken_off_in_a_graph_of_its_own(bare, tmp_path):
    path = onnx_graphs.classifier(tmp_path / "model.onnx", zipmap=True)
    model = bare(path, "STRING")
    entry, files = told(model), members(model)
    assert entry["graph"] == {"member": "graph.onnx", "path": "model.onnx"}
    assert entry["files"] == []
    assert entry["outputs"][1] == {
        "name": "output_probability",
        "type": "float",
        "shape": [-1, 3],
    }
    assert entry["roles"] == {"label": "output_label", "probabilities": "output_probability"}
    assert entry["answers"]["predict_proba"] == ["output_probability"]
    session = onnxruntime.InferenceSession(files["graph.onnx"])
    numbers = session.run(["output_probability"], {"X": np.ones((4, 2), np.float32)})[0]
    assert numbers.shape == (4, 3)


def test_the_same_graph_again_is_the_same_artifact(bare, tmp_path):
    path = onnx_graphs.classifier(tmp_path / "model.onnx", zipmap=True)
    assert bare(path, "STRING")._artifact == bare(path, "STRING")._artifact


@pytest.mark.parametrize(
    ("choices", "confs", "reason"),
    [
        ({"engine": "python"}, {}, "engine='python' was asked for"),
        ({}, {keys.PROBE: "false"}, "probe.enabled was false when it was bound"),
        ({}, {keys.PROBE_MAX_BYTES: "10"}, "larger than probe.maxModelBytes"),
    ],
)
def test_without_probes_there_is_a_reason(bare, conf, tmp_path, choices, confs, reason):
    for key, value in confs.items():
        conf(key, value)
    model = bare(onnx_graphs.linear(tmp_path / "model.onnx"), **choices)
    assert list(told(model)) == ["reason"]
    assert reason in told(model)["reason"]
    assert "onnx-probes.bin" not in members(model)


def test_other_flavors_have_none(bind, regression):
    reason = "a faster engine gives the same answers; engine='onnx' converts it"
    assert told(bind(regression.folder, engine="auto")) == {"reason": reason}


def test_a_graph_that_hangs_is_not_loaded_here_and_ends_no_session(bare, conf, tmp_path, spark):
    conf(keys.PROBE_TIMEOUT, "4")
    model = bare(onnx_loops.endless(tmp_path / "model.onnx"))
    assert told(model) == {"reason": "it did not answer its probes within 4 seconds"}
    assert model.info().details["model"]["notes"] == [
        "not loaded when bound: it did not answer its probes within 4 seconds"
    ]
    assert spark.range(3).count() == 3


def test_a_graph_that_crashes_is_not_loaded_here(bare, tmp_path, monkeypatch):
    crashing = tmp_path / "python"
    crashing.write_text("#!/bin/sh\nkill -SEGV $$\n")
    crashing.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(crashing))
    model = bare(onnx_graphs.linear(tmp_path / "model.onnx"))
    assert told(model) == {"reason": "the process that asked it ended by SIGSEGV"}
    assert model._loaded is None


def test_without_the_package_onnx_a_model_of_mlflow_is_scored_by_python(
    bind, spark, tmp_path, monkeypatch
):
    folder = saved(onnx_graphs.linear(tmp_path / "model.onnx"), tmp_path / "saved")
    onnx_graphs.without_package(monkeypatch)
    model = bind(folder, "FLOAT", engine="auto")
    assert "pip install spark-predict[onnx]" in told(model)["reason"]
    found = spark.sql(f"SELECT PREDICT('{model.alias}', 1D, 2D) AS y").first()
    assert found.y == 0.5


def test_a_fixed_batch_is_refused_for_mlflows_models_too(bind, tmp_path):
    folder = saved(onnx_graphs.linear(tmp_path / "model.onnx", batch=4), tmp_path / "saved")
    with pytest.raises(ModelError, match="open first size"):
        bind(folder)


def test_an_array_of_any_rank_fills_an_input(bare, tmp_path):
    path = onnx_graphs.echo(tmp_path / "model.onnx", TensorProto.FLOAT, 2, 3)
    (only,) = told(bare(path, "ARRAY<ARRAY<FLOAT>>"))["inputs"]
    assert (only["shape"], only["features"]) == ([-1, 2, 3], [0])
