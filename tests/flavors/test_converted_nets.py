# SPDX-License-Identifier: Apache-2.0
"""Nets of PyTorch, Keras and TensorFlow as ONNX graphs in the executor's JVM."""

from __future__ import annotations

import keras
import mlflow
import modules
import numpy as np
import pytest
import tensorflow as tf
import torch
import yaml
from columns import IMAGES, NEAR, NUMBERS, SIZE, images, numbers
from mlflow.models import ModelSignature, infer_signature
from mlflow.types import Schema, TensorSpec

from scores import assert_same_scores

pytestmark = pytest.mark.classic


def signature(**shapes):
    inputs = [TensorSpec(np.dtype("float32"), (-1, *s), name) for name, s in shapes.items()]
    return ModelSignature(Schema(inputs))


def of_torch(folder, module, signed):
    torch.manual_seed(3)
    mlflow.pytorch.save_model(
        module.eval(),
        str(folder / "model"),
        signature=signed,
        pip_requirements=["mlflow", "torch"],
        serialization_format="pickle",
        code_paths=[modules.__file__],
    )
    return folder / "model"


def test_columns_of_numbers_by_pytorch(spark, bind, tmp_path):
    module = torch.nn.Sequential(torch.nn.Linear(2, 4), torch.nn.ReLU(), torch.nn.Linear(4, 1))
    expected = module(torch.from_numpy(NUMBERS.to_numpy(dtype="float32", copy=True)))
    folder = of_torch(tmp_path, module, infer_signature(NUMBERS, expected.detach().numpy()))
    model = bind(folder, "FLOAT", engine="onnx")
    assert "by PyTorch" in str(model.info())
    scores = expected[:, 0].tolist()
    assert_same_scores(model, numbers(spark), scores, within=NEAR)


def test_an_image_and_one_of_several_outputs_by_pytorch(spark, bind, tmp_path):
    module = modules.Pictures().eval()
    with torch.no_grad():
        expected = module(torch.from_numpy(IMAGES))["logits"].tolist()
    folder = of_torch(tmp_path, module, signature(image=(SIZE, SIZE)))
    model = bind(folder, "ARRAY<FLOAT>", engine="onnx", output="logits")
    assert_same_scores(model, images(spark), expected, within=NEAR)


def test_several_tensors_in_and_out_by_pytorch(spark, bind, tmp_path):
    folder = of_torch(tmp_path, modules.Joined(), signature(left=(2,), right=(2,)))
    model = bind(folder, "ARRAY<FLOAT>", engine="onnx", output="0")
    data = spark.sql("SELECT array(1F, 2F) AS left, array(0.5F, 0.25F) AS right").coalesce(1)
    assert_same_scores(model, data, [[0.75, 1.5]], within=NEAR)


def test_a_classifier_by_keras_also_where_numbers_are_missing(spark, bind, tmp_path):
    keras.utils.set_random_seed(3)
    net = keras.Sequential(
        [
            keras.Input((2,), name="x"),
            keras.layers.Dense(4, activation="relu"),
            keras.layers.Dense(2, activation="softmax"),
        ]
    )
    mlflow.keras.save_model(net, str(tmp_path / "model"), signature=signature(x=(2,)))
    model = bind(tmp_path / "model", "ARRAY<FLOAT>", engine="onnx")
    assert "by tf2onnx" in str(model.info())
    rows = np.asarray([[1, 2], [0.5, -3], [np.nan, 1]], dtype="float32")
    data = spark.createDataFrame([(row.tolist(),) for row in rows], "x ARRAY<FLOAT>").coalesce(1)
    expected = net.predict(rows, verbose=0).tolist()
    assert_same_scores(model, data, expected, within=NEAR)


class Doubled(tf.Module):
    """Two outputs of one image."""

    @tf.function(input_signature=[tf.TensorSpec((None, SIZE, SIZE), tf.float32, "image")])
    def scores(self, image):
        return {"mean": tf.reduce_mean(image, axis=(1, 2)), "rows": tf.reduce_sum(image, axis=2)}


def test_a_signature_of_a_saved_model(spark, bind, tmp_path):
    module, folder = Doubled(), tmp_path / "model"
    tf.saved_model.save(module, str(folder / "tfmodel"), signatures=module.scores)
    own = {
        "saved_model_dir": "tfmodel",
        "meta_graph_tags": ["serve"],
        "signature_def_key": "serving_default",
    }
    function = {"loader_module": "mlflow.tensorflow"}
    described = {"flavors": {"tensorflow": own, "python_function": function}}
    (folder / "MLmodel").write_text(yaml.safe_dump(described))
    model = bind(tmp_path / "model", "FLOAT", engine="onnx", output="mean")
    assert_same_scores(model, images(spark), IMAGES.mean(axis=(1, 2)).tolist(), within=NEAR)
