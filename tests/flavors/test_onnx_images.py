# SPDX-License-Identifier: Apache-2.0
"""ONNX: an image, by the JVM's library and by Python's."""

from __future__ import annotations

import mlflow
import numpy as np
import onnx
import onnxruntime
import pytest
from columns import IMAGES, NEAR, SIZE, images
from onnx import TensorProto, helper, numpy_helper

import onnx_graphs
from scores import assert_same_scores

engines = pytest.mark.parametrize("engine", ["onnx", "python"])


def pictures(path):
    """Class scores and an embedding of a picture: a convolution and a product."""
    random = np.random.default_rng(6)
    kernel, weights = random.normal(size=(2, 1, 5, 5)), random.normal(size=(72, 3))
    constants = [
        numpy_helper.from_array(np.asarray([1]), "channel"),
        numpy_helper.from_array(kernel.astype("float32"), "kernel"),
        numpy_helper.from_array(weights.astype("float32"), "weights"),
    ]
    nodes = [
        helper.make_node("Unsqueeze", ["image", "channel"], ["whole"]),
        helper.make_node("Conv", ["whole", "kernel"], ["raw"], strides=[4, 4]),
        helper.make_node("Relu", ["raw"], ["embedding"]),
        helper.make_node("Flatten", ["embedding"], ["flat"]),
        helper.make_node("MatMul", ["flat", "weights"], ["logits"]),
    ]
    rows = [TensorProto.FLOAT, "rows"]
    return onnx_graphs.saved(
        path,
        nodes,
        [onnx_graphs.tensor("image", *rows, SIZE, SIZE)],
        [onnx_graphs.tensor("logits", *rows, 3), onnx_graphs.tensor("embedding", *rows, 2, 6, 6)],
        constants,
    )


@pytest.fixture(scope="module")
def saved_pictures(tmp_path_factory):
    """Where MLflow saved it, and what the library answers."""
    folder = tmp_path_factory.mktemp("onnx")
    graph = pictures(folder / "graph.onnx")
    mlflow.onnx.save_model(
        onnx.load(str(graph)), str(folder / "model"), pip_requirements=["mlflow", "onnxruntime"]
    )
    session = onnxruntime.InferenceSession(str(graph), providers=["CPUExecutionProvider"])
    logits, embedding = session.run(["logits", "embedding"], {"image": IMAGES})
    return folder / "model", logits.tolist(), embedding.tolist()


@engines
def test_images_with_one_output_of_several(spark, bind, saved_pictures, engine):
    folder, logits, _ = saved_pictures
    model = bind(folder, "ARRAY<FLOAT>", output="logits", engine=engine)
    assert_same_scores(model, images(spark), logits, within=NEAR)


@engines
def test_images_with_all_outputs_as_fields(spark, bind, saved_pictures, engine):
    folder, logits, embedding = saved_pictures
    declared = "embedding ARRAY<ARRAY<ARRAY<FLOAT>>>, logits ARRAY<FLOAT>"
    model = bind(folder, declared, engine=engine)
    assert_same_scores(model, images(spark), list(zip(embedding, logits)), within=NEAR)
