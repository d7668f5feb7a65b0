# SPDX-License-Identifier: Apache-2.0
"""Python binds for a driver that has none: what it is asked, asks, and tells, in lines of JSON."""

from __future__ import annotations

import base64
import inspect
import io
import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from pyspark.sql import types as t

import saved
import sparkpredict
from sparkpredict import connect, recorded
from sparkpredict.bind.__main__ import answer
from sparkpredict.sources.download import Landing
from sparkpredict.sources.listing import Limits, ModelFile

OPTIONS = json.loads(
    (Path(sparkpredict.__file__).parent / "resources" / "listed-options.json").read_text()
)


def job(folder, **model):
    told = {"version": sparkpredict.__version__, "may_bind": True, "started": {}}
    return {
        "alias": "m",
        "model": model,
        "folder": str(folder),
        "spark": "3.5.9",
        "conf": {},
        "installation": {**told, "models": [], "files": []},
    }


def driver(*answers):
    """A driver that gives these answers, and what it was asked."""
    asked = io.StringIO()
    lines = "".join(json.dumps(one) + "\n" for one in answers)
    return recorded.Driver(io.StringIO(lines), asked), asked


def test_a_models_file_has_the_arguments_of_bind_model():
    arguments = set(inspect.signature(sparkpredict.bind_model).parameters)
    assert set(OPTIONS) == arguments - {"model_alias", "model_uri", "spark"} | {"uri"}
    assert list(OPTIONS) == sorted(OPTIONS)


def test_a_binding_is_told_with_all_that_sessions_need(tmp_path):
    model = saved.regression(tmp_path, signed=True)
    (tmp_path / "sent").mkdir()
    talk, asked = driver({"answer": "double"})
    told = answer(talk, job(tmp_path / "sent", uri=str(model), return_types="DOUBLE"))["bound"]
    assert json.loads(asked.getvalue()) == {"ask": "type", "ddl": "DOUBLE"}
    pointer = json.loads(told["pointer"])
    assert pointer["alias"] == "m"
    assert pointer["choices"]["uri"] == str(model)
    assert sorted(told["files"]) == sorted(path.name for path in (tmp_path / "sent").iterdir())
    assert pointer["artifact"] in told["files"]
    assert told["python"] == f"{sys.version_info.major}.{sys.version_info.minor}"
    score, kind = pickle.loads(base64.b64decode(told["carrier"]["command"]))  # noqa: S301 (ours)
    assert score.__name__ == "score"
    assert kind == t.DoubleType()
    assert told["carrier"]["type"] == "double"


def test_what_is_wrong_with_a_model_is_told_as_the_error_says_it(tmp_path):
    talk, _ = driver()
    told = answer(talk, job(tmp_path, uri=str(tmp_path / "nowhere")))
    assert told["refused"].startswith("[PREDICT_MODEL_FILE_MISSING] there is no ")


def test_the_process_keeps_its_answers_apart_from_what_a_model_prints(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "sparkpredict.bind", "--json"],
        input=json.dumps(job(tmp_path, uri=str(tmp_path / "nowhere"))) + "\n",
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["refused"].startswith("[PREDICT_MODEL_FILE_MISSING]")


def test_a_folder_of_hadoop_is_read_by_the_driver(tmp_path):
    talk, asked = driver(
        {"answer": {"address": "hdfs://h/m", "host": "h"}},
        {"answer": [["MLmodel", 3, "1 2"]]},
        {"answer": None},
        {"answer": "value"},
        {"failed": "java.io.FileNotFoundException: no", "kind": "FileNotFoundException"},
    )
    session = recorded.RecordedSession(talk, job(tmp_path))
    store = connect.hadoop_store(recorded.as_session(session))("hdfs://h/m")
    file = ModelFile("MLmodel", 3, "1 2")
    assert list(store.files()) == [file]
    (tmp_path / "MLmodel").write_text("abc")  # as the driver would
    arrived = []
    landing = Landing(tmp_path, store.host, store.address, Limits(), arrived.append)
    store.copy([file], landing)
    assert arrived == [3]
    assert len(landing.digest()) == 64
    assert connect.hadoop_settings(recorded.as_session(session))("fs.key") == "value"
    with pytest.raises(FileNotFoundError, match="no"):
        list(store.files())
    questions = [json.loads(line)["ask"] for line in asked.getvalue().splitlines()]
    assert questions == ["folder", "files", "copy", "hadoop", "files"]


def test_the_driver_tells_what_is_on_its_class_path(tmp_path):
    talk, asked = driver({"answer": True}, {"answer": False})
    session = recorded.as_session(recorded.RecordedSession(talk, job(tmp_path)))
    assert [connect.has_onnx_runtime(session), connect.has_onnx_runtime(session)] == [True, False]
    assert "ai/onnxruntime/OrtEnvironment.class" in asked.getvalue()


def test_a_driver_that_has_gone_is_an_error(tmp_path):
    talk, _ = driver()
    with pytest.raises(EOFError):
        talk.ask("type", ddl="INT")
