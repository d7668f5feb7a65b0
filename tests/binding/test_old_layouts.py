# SPDX-License-Identifier: Apache-2.0
"""Folders as older MLflows wrote them; the MLmodel texts are theirs, key by key."""

from __future__ import annotations

import pickle

import cloudpickle
import pytest

import saved
from scores import assert_same_scores, by_sql

# mlflow-skinny 1.30.1, 2.9.2 and 2.22.5: sklearn.save_model of a regression with a signature
MLMODELS = {
    "1.30.1": """
flavors:
  python_function:
    env: conda.yaml
    loader_module: mlflow.sklearn
    model_path: model.pkl
    predict_fn: predict
    python_version: 3.8.13
  sklearn:
    code: null
    pickled_model: model.pkl
    serialization_format: {format}
    sklearn_version: 1.0.2
mlflow_version: 1.30.1
model_uuid: 11f826cf5bd74645b9540fda69303b7b
{signature}utc_time_created: '2022-11-23 06:20:56.491956'
""",
    "2.9.2": """
flavors:
  python_function:
    env:
      conda: conda.yaml
      virtualenv: python_env.yaml
    loader_module: mlflow.sklearn
    model_path: model.pkl
    predict_fn: predict
    python_version: 3.10.13
  sklearn:
    code: null
    pickled_model: model.pkl
    serialization_format: {format}
    sklearn_version: 1.3.2
mlflow_version: 2.9.2
model_size_bytes: 545
model_uuid: 623a0152a01f4c7da3b2d156e779ad28
{signature}utc_time_created: '2023-12-14 06:20:57.766209'
""",
    "2.22.5": """
flavors:
  python_function:
    env:
      conda: conda.yaml
      virtualenv: python_env.yaml
    loader_module: mlflow.sklearn
    model_path: model.pkl
    predict_fn: predict
    python_version: 3.10.13
  sklearn:
    code: null
    pickled_model: model.pkl
    serialization_format: {format}
    sklearn_version: 1.6.1
is_signature_from_type_hint: false
mlflow_version: 2.22.5
model_size_bytes: 545
model_uuid: 0f85a800e38a44a48a8b8b40e11e49ac
prompts: null
{signature}type_hint_from_example: false
utc_time_created: '2025-05-23 06:21:00.100489'
""",
}

OUTPUTS = """'[{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1]}}]'"""
SIGNATURES = {
    "1.30.1": f"""signature:
  inputs: '[{{"name": "a", "type": "double"}}, {{"name": "b", "type": "double"}}]'
  outputs: {OUTPUTS}
""",
    "2.9.2": f"""signature:
  inputs: '[{{"type": "double", "name": "a"}}, {{"type": "double", "name": "b"}}]'
  outputs: {OUTPUTS}
  params: null
""",
    "2.22.5": f"""signature:
  inputs: '[{{"type": "double", "name": "a", "required": true}}, {{"type": "double",
    "name": "b", "required": true}}]'
  outputs: {OUTPUTS}
  params: null
""",
}

# mlflow-skinny 1.30.1: pyfunc.save_model of a PythonModel
PYTHON_MODEL = """
flavors:
  python_function:
    cloudpickle_version: 2.2.0
    env: conda.yaml
    loader_module: mlflow.pyfunc.model
    python_model: python_model.pkl
    python_version: 3.8.13
mlflow_version: 1.30.1
model_uuid: 29edfd60dc714c56a7bfd1797460b415
utc_time_created: '2022-11-23 06:20:56.496804'
"""

# The XGBoost and Spark samples of Synapse: a loader module and a data path, no flavor of its own
LOADER_MODULE = """
flavors:
  python_function:
    data: model.pkl
    env: conda.yaml
    loader_module: mlflow.sklearn
    python_version: 3.8.13
utc_time_created: '2021-10-18 06:20:56.496804'
"""

ENVIRONMENT = {
    "conda.yaml": "channels:\n- conda-forge\ndependencies:\n- python=3.8.13\n- pip\nname: env\n",
    "python_env.yaml": "python: 3.8.13\nbuild_dependencies:\n- pip\ndependencies:\n- -r x\n",
    "requirements.txt": "mlflow\nscikit-learn\n",
}


def written(folder, mlmodel, pickled):
    for name, text in {"MLmodel": mlmodel.lstrip(), **ENVIRONMENT}.items():
        (folder / name).write_text(text)
    for name, content in pickled.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize("signed", [True, False], ids=["signed", "unsigned"])
@pytest.mark.parametrize("version", list(MLMODELS))
def test_a_scikit_learn_model_of_mlflow(bind, points, regression, tmp_path, version, signed):
    how = "cloudpickle" if signed else "pickle"
    text = MLMODELS[version].format(format=how, signature=SIGNATURES[version] if signed else "")
    dump = {"pickle": pickle.dumps, "cloudpickle": cloudpickle.dumps}[how]
    model = bind(written(tmp_path, text, {"model.pkl": dump(regression.library)}))
    assert model.info().details["model"]["mlflow_version"] == version
    assert [name for name, _ in model.info().features] == ["a", "b"]
    assert by_sql(model, points) == regression.scores(points.collect())


def test_a_python_model_of_mlflow_1_30(bind, points, tmp_path):
    def total(frame):
        return frame["a"] + frame["b"]

    written(tmp_path, PYTHON_MODEL, {"python_model.pkl": saved.pickled(total)})
    expected = [row.a + row.b for row in points.collect()]
    assert_same_scores(bind(tmp_path), points.select("a", "b"), expected)


def test_a_loader_module_with_a_data_path(bind, points, regression, tmp_path):
    pickled = {"model.pkl": cloudpickle.dumps(regression.library)}
    model = bind(written(tmp_path, LOADER_MODULE, pickled))
    assert_same_scores(model, points.select("a", "b"), regression.scores(points.collect()))
