# SPDX-License-Identifier: Apache-2.0
"""Python functions by the ways of MLflow that no other test saves one by; what a worker may use."""

from __future__ import annotations

import ast

import mlflow
from columns import NUMBERS, numbers
from mlflow.models import infer_signature

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


def test_libraries_keep_to_the_task(spark, bind, tmp_path):
    def told(frame):
        import os

        import tensorflow
        import threadpoolctl
        import torch

        tensorflow.constant([1.0]) + 1.0
        pools = {
            pool["internal_api"]: pool["num_threads"] for pool in threadpoolctl.threadpool_info()
        }
        seen = {
            "torch": torch.get_num_threads(),
            "tensorflow": os.environ["TF_NUM_INTRAOP_THREADS"],
            "joblib": os.environ["LOKY_MAX_CPU_COUNT"],
            "GPUs": os.environ["CUDA_VISIBLE_DEVICES"],
            **pools,
        }
        return [str(seen)] * len(frame)

    model = bind(saved.pyfunc(tmp_path, told, signature=infer_signature(NUMBERS)), "STRING")
    (told,) = set(by_sql(model, numbers(spark)))
    seen = ast.literal_eval(told)
    assert seen.pop("GPUs") == ""
    assert "openblas" in seen
    assert {str(threads) for threads in seen.values()} == {"1"}, seen
