# SPDX-License-Identifier: Apache-2.0
"""MLmodel files that want more than to describe a model."""

from __future__ import annotations

import json
import time

import pytest
import yaml

from sparkpredict import package
from sparkpredict.errors import ModelError

FLAVORS = "flavors:\n  python_function: {loader_module: mlflow.sklearn, %s}\n"


def refused(tmp_path, text):
    (tmp_path / "MLmodel").write_text(text)
    started = time.monotonic()
    with pytest.raises(ModelError, match="PREDICT_INVALID_MLMODEL") as raised:
        package.read(tmp_path)
    assert time.monotonic() - started < 5
    return str(raised.value)


def test_a_bomb_of_aliases_is_refused(tmp_path):
    lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 10)}]" for at in range(1, 9)]
    naive = yaml.safe_load("\n".join(lines[:5]))
    assert len(json.dumps(naive)) > 100 * len("\n".join(lines[:5])), "a naive reader expands it"
    assert "its aliases make more than" in refused(
        tmp_path, "\n".join([*lines, FLAVORS % "data: m"])
    )


def test_an_alias_of_what_it_is_in_is_refused(tmp_path):
    assert "its aliases make more than" in refused(tmp_path, "flavors: &a {x: *a}\n")


def test_an_alias_that_mlflow_writes_for_equal_values_is_read(tmp_path):
    text = "shared: &id001 {a: 1}\nagain: *id001\n" + FLAVORS % "data: model.pkl"
    (tmp_path / "MLmodel").write_text(text)
    assert package.read(tmp_path).flavors["python_function"]["data"] == "model.pkl"


def test_a_file_of_a_hundred_megabytes_is_refused_unread(tmp_path):
    with (tmp_path / "MLmodel").open("wb") as file:
        file.truncate(100_000_000)
    assert len((tmp_path / "MLmodel").read_bytes()) == 100_000_000, "a naive reader takes it all"
    with pytest.raises(ModelError, match="more than 10000000 bytes"):
        package.read(tmp_path)


def test_what_is_nested_too_deeply_is_refused(tmp_path):
    refused(tmp_path, "flavors: " + "[" * 20_000)


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.getcwd []", "!!python/name:os.system"])
def test_a_tag_that_makes_python_objects_is_refused(tmp_path, tag):
    assert yaml.unsafe_load(tag) is not None, "a naive loader runs it"
    refused(tmp_path, f"flavors: {tag}\n")


@pytest.mark.parametrize(
    "entry",
    [
        "data: ../model.pkl",
        "data: /etc/passwd",
        "model_path: a/../../b",
        "code: '~/code'",
        "env: {conda: /etc/passwd}",
        "artifacts: {a: {path: /etc/passwd, uri: x}}",
        "other: [a/../b]",
    ],
)
def test_a_path_that_leads_out_of_the_folder_is_refused(tmp_path, entry):
    assert "leads out of the folder" in refused(tmp_path, FLAVORS % entry)


@pytest.mark.parametrize(
    "entry",
    [
        "data: data/model.pkl",
        "artifacts: {a: {path: artifacts/a, uri: /home/me/a}}",
        "model_code_path: /home/me/agent.py",
        "source_model_name: ../bert",
    ],
)
def test_a_path_that_is_inside_or_not_opened_is_read(tmp_path, entry):
    (tmp_path / "MLmodel").write_text(FLAVORS % entry)
    assert package.read(tmp_path).flavor == "pyfunc"
