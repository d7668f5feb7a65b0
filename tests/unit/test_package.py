# SPDX-License-Identifier: Apache-2.0
"""Reading an MLmodel file: what it says, and one clear error for each way to be broken."""

from __future__ import annotations

import json

import pytest

from sparkpredict import inspect, package
from sparkpredict.errors import ModelError

FLAVORS = """
flavors:
  python_function:
    loader_module: mlflow.sklearn
  sklearn:
    sklearn_version: 1.4.0
"""


def written(folder, text):
    (folder / "MLmodel").write_text(text, encoding="utf-8")
    return folder


def broken(folder):
    with pytest.raises(ModelError) as raised:
        package.read(folder)
    return raised.value


def test_a_folder_that_is_missing_is_named(tmp_path):
    error = broken(tmp_path / "nowhere")
    assert error.condition == "PREDICT_MODEL_FILE_MISSING"
    assert f"there is no {tmp_path / 'nowhere'}." in str(error)
    assert "mlflow.<flavor>.save_model" in str(error)


def test_a_folder_without_the_file_names_the_file(tmp_path):
    error = broken(tmp_path)
    assert error.condition == "PREDICT_MODEL_FILE_MISSING"
    assert f"there is no {tmp_path / 'MLmodel'}." in str(error)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        pytest.param("flavors: [", "while parsing", id="broken YAML"),
        pytest.param("", "it is not a YAML mapping", id="empty"),
        pytest.param("- a\n- b\n", "it is not a YAML mapping", id="a list"),
        pytest.param("just a text", "it is not a YAML mapping", id="a text"),
        pytest.param("run_id: 1\n", "it has no flavors", id="no flavors"),
        pytest.param("flavors: sklearn\n", "it has no flavors", id="flavors are a text"),
        pytest.param(
            FLAVORS + "signature:\n  inputs: '[{'\n", "its signature is not JSON", id="broken JSON"
        ),
        pytest.param(
            FLAVORS + "signature:\n  inputs: '{\"a\": 1}'\n",
            "its signature is not a list of columns",
            id="the signature's inputs are no list",
        ),
        pytest.param(
            FLAVORS + "signature:\n  outputs: '[1, 2]'\n",
            "its signature is not a list of columns",
            id="the signature's outputs are no columns",
        ),
        pytest.param(FLAVORS + "signature: some text\n", "signature", id="the signature is a text"),
        pytest.param(
            FLAVORS + "signature:\n- inputs\n- outputs\n", "signature", id="the signature is a list"
        ),
    ],
)
def test_a_broken_file_is_named_with_its_cause(tmp_path, text, cause):
    error = broken(written(tmp_path, text))
    assert error.condition == "PREDICT_INVALID_MLMODEL"
    assert str(tmp_path / "MLmodel") in str(error)
    assert cause in str(error)
    assert "\n" not in str(error)


def test_a_file_that_is_no_text_is_broken(tmp_path):
    (tmp_path / "MLmodel").write_bytes(b"\xff\xfe\x00")
    assert broken(tmp_path).condition == "PREDICT_INVALID_MLMODEL"


def test_yaml_that_would_run_code_is_broken_and_runs_nothing(tmp_path):
    witness = tmp_path / "witness"
    text = f"flavors: !!python/object/apply:os.mkdir ['{witness}']\n"
    assert broken(written(tmp_path, text)).condition == "PREDICT_INVALID_MLMODEL"
    assert not witness.exists()


@pytest.mark.parametrize(
    ("flavors", "listed"),
    [
        pytest.param(
            "flavors:\n  spark:\n    a: 1\n  onnx:\n    a: 1\n", "only onnx, spark.", id="no"
        ),
        pytest.param("flavors: {}\n", "only none.", id="no flavor at all"),
        pytest.param(
            "flavors:\n  python_function:\n", "only python_function.", id="without content"
        ),
    ],
)
def test_a_model_without_a_python_function_lists_its_flavors(tmp_path, flavors, listed):
    error = broken(written(tmp_path, flavors))
    assert error.condition == "PREDICT_NO_PYTHON_FUNCTION"
    assert str(tmp_path) in str(error)
    assert listed in str(error)


@pytest.mark.parametrize(
    ("loader", "flavor"),
    [
        pytest.param("mlflow.sklearn", "sklearn", id="the library's own"),
        pytest.param("mlflow.pyfunc.model", "pyfunc", id="a Python model"),
        pytest.param("mlflow.xgboost", "pyfunc", id="a loader without a section of its own"),
        pytest.param("my.loader", "pyfunc", id="the user's loader"),
    ],
)
def test_the_flavor_is_the_one_that_loads(tmp_path, loader, flavor):
    read = package.read(written(tmp_path, FLAVORS.replace("mlflow.sklearn", loader)))
    assert read.flavor == flavor


def test_what_the_file_says_is_read_with_the_size_of_the_whole_folder(tmp_path):
    inputs, outputs = [{"name": "a", "type": "double"}], [{"type": "long"}]
    text = FLAVORS + (
        f"mlflow_version: 2.9.2\nsignature:\n  inputs: '{json.dumps(inputs)}'\n"
        f"  outputs: '{json.dumps(outputs)}'\n  params: null\n"
    )
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "model.pkl").write_bytes(b"12345")
    read = package.read(written(tmp_path, text))
    assert (read.inputs, read.outputs, read.mlflow_version) == (inputs, outputs, "2.9.2")
    assert read.size == len(text.encode()) + 5


def test_no_signature_is_no_mistake(tmp_path):
    for text in (FLAVORS, FLAVORS + "signature: null\n", FLAVORS + "signature: {}\n"):
        read = package.read(written(tmp_path, text))
        assert read.inputs is None
        assert read.outputs is None


@pytest.mark.parametrize(
    "columns",
    [
        pytest.param([{"type": "tensor"}], id="a tensor without its form"),
        pytest.param([{"type": "tensor", "tensor-spec": {"dtype": "int64"}}], id="without a shape"),
        pytest.param(
            [{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1, "x"]}}],
            id="with a shape that is no number",
        ),
        pytest.param([{"type": ["double"]}], id="a type that is a list"),
    ],
)
@pytest.mark.parametrize("side", ["inputs", "outputs"])
def test_a_signature_of_a_form_that_mlflow_does_not_write_is_refused_or_says_nothing(
    tmp_path, side, columns
):
    """Whatever stands there, the only error is ours."""
    text = FLAVORS + f"signature:\n  {side}: '{json.dumps(columns)}'\n"
    try:
        inspect.describe(package.read(written(tmp_path, text)), "0" * 64, None)
    except ModelError as error:
        assert error.condition == "PREDICT_INVALID_MLMODEL"  # noqa: PT017 (either is right)
