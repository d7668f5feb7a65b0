# SPDX-License-Identifier: Apache-2.0
"""Python functions by the ways of MLflow that no other test saves one by; and clusters."""

from __future__ import annotations

import mlflow
from columns import NUMBERS, numbers
from mlflow.models import infer_signature
from sklearn.cluster import KMeans
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import saved
from scores import assert_same_scores, by_sql

FROM_CODE = """
import mlflow
from weights import WEIGHT


class Weighted(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return WEIGHT * model_input["a"] + model_input["b"]


mlflow.models.set_model(Weighted())
"""


def test_a_model_from_code_with_code_of_its_own(spark, bind, tmp_path, monkeypatch):
    (tmp_path / "weighted.py").write_text(FROM_CODE)
    (tmp_path / "weights.py").write_text("WEIGHT = 4.0\n")
    monkeypatch.syspath_prepend(str(tmp_path))  # saving it runs the code
    mlflow.pyfunc.save_model(
        str(tmp_path / "model"),
        python_model=str(tmp_path / "weighted.py"),
        code_paths=[str(tmp_path / "weights.py")],
        signature=infer_signature(NUMBERS, NUMBERS["a"]),
        pip_requirements=["mlflow"],
    )
    model = bind(tmp_path / "model")
    assert_same_scores(model, numbers(spark), (4.0 * NUMBERS["a"] + NUMBERS["b"]).tolist())


def test_clusters_and_the_distances_to_them(spark, bind, tmp_path):
    estimator = make_pipeline(StandardScaler(), KMeans(3, n_init=2, random_state=0)).fit(NUMBERS)
    folder = saved.sklearn(tmp_path, estimator, ("a", "b"), NUMBERS)
    model = bind(folder, "INT")
    assert_same_scores(model, numbers(spark), estimator.predict(NUMBERS).tolist())
    model = bind(folder, None, "distances", output="transform")
    expected = estimator.transform(NUMBERS).tolist()
    assert_same_scores(model, numbers(spark), expected, within=1e-9)


def test_libraries_keep_to_the_task(spark, bind, tmp_path):
    def told(frame):
        import os

        import torch

        gpus = os.environ["CUDA_VISIBLE_DEVICES"]
        return [f"{torch.get_num_threads()} thread, GPUs: {gpus!r}" for _ in range(len(frame))]

    model = bind(saved.pyfunc(tmp_path, told, signature=infer_signature(NUMBERS)), "STRING")
    assert set(by_sql(model, numbers(spark))) == {"1 thread, GPUs: ''"}
