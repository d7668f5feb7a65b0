# SPDX-License-Identifier: Apache-2.0
"""TensorFlow: a SavedModel by its signatures, and models of Keras."""

from __future__ import annotations

import sys

import keras
import mlflow
import numpy as np
import pytest
import tensorflow as tf
import yaml
from columns import IMAGES, NEAR, NUMBERS, SIZE, images, numbers
from mlflow.models import ModelSignature, infer_signature
from mlflow.types import Schema, TensorSpec

from scores import assert_same_scores, by_sql
from sparkpredict.errors import BindArgumentError

REQUIREMENTS = ["mlflow", "tensorflow-cpu"]
SERVING = {"meta_graph": ["serve"], "signature_def_key": "serving_default"}


class Pictures(tf.Module):
    """Two signatures, the first one of two outputs."""

    def __init__(self):
        super().__init__()
        weights = np.random.default_rng(2).normal(size=(SIZE * SIZE, 3)).astype("float32")
        self.weights = tf.Variable(weights)

    @tf.function(input_signature=[tf.TensorSpec((None, SIZE, SIZE), tf.float32, "image")])
    def scores(self, image):
        return {
            "logits": tf.reshape(image, (-1, SIZE * SIZE)) @ self.weights,
            "rows": tf.reduce_sum(image, axis=2),
        }

    @tf.function(input_signature=[tf.TensorSpec((None, SIZE, SIZE), tf.float32, "image")])
    def brightness(self, image):
        return {"mean": tf.reduce_mean(image, axis=(1, 2))}


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """A SavedModel in the layout that MLflow 1 wrote, and what it answers."""
    folder = tmp_path_factory.mktemp("tensorflow") / "model"
    module = Pictures()
    signatures = {"serving_default": module.scores, "brightness": module.brightness}
    tf.saved_model.save(module, str(folder / "tfmodel"), signatures=signatures)
    described = {
        "flavors": {
            "tensorflow": {
                "saved_model_dir": "tfmodel",
                "meta_graph_tags": ["serve"],
                "signature_def_key": "serving_default",
            },
            "python_function": {"loader_module": "mlflow.tensorflow"},
        }
    }
    (folder / "MLmodel").write_text(yaml.safe_dump(described))
    return folder, {name: part.numpy() for name, part in module.scores(IMAGES).items()}


def test_a_saved_model_with_its_meta_data(spark, bind, pictures):
    folder, answer = pictures
    model = bind(folder, "array<float>", output="logits", meta_data=SERVING)
    assert_same_scores(model, images(spark), answer["logits"].tolist(), within=NEAR)


def test_all_outputs_of_a_signature_as_fields(spark, bind, pictures):
    folder, answer = pictures
    model = bind(folder, "rows ARRAY<FLOAT>, logits ARRAY<FLOAT>")
    assert model.info().details["model"]["methods"] == ["predict", "logits", "rows"]
    expected = list(zip(answer["rows"].tolist(), answer["logits"].tolist()))
    assert_same_scores(model, images(spark), expected, within=NEAR)


def test_another_signature_of_the_same_model(spark, bind, pictures):
    meta_data = {**SERVING, "signature_def_key": "brightness"}
    model = bind(pictures[0], "DOUBLE", meta_data=meta_data)
    expected = IMAGES.mean(axis=(1, 2)).astype("float64").tolist()
    assert_same_scores(model, images(spark), expected, within=NEAR)


@pytest.mark.parametrize(
    ("meta_data", "expected"),
    [
        ({"signature_def_key": "absent"}, "brightness or serving_default"),
        ({"meta_graph": ["train"]}, r"\['serve'\]"),
        ({"tags": ["serve"]}, "meta_graph or signature_def_key"),
    ],
)
def test_meta_data_that_the_model_does_not_have(bind, pictures, meta_data, expected):
    with pytest.raises(BindArgumentError, match=expected):
        bind(pictures[0], "DOUBLE", meta_data=meta_data)


def test_a_module_as_mlflow_saves_it_takes_the_meta_data_of_the_tutorial(spark, bind, tmp_path):
    class Doubled(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec((None, 2), tf.float32, "x")])
        def __call__(self, x):
            return 2 * x

    mlflow.tensorflow.save_model(
        Doubled(),
        str(tmp_path / "model"),
        signature=infer_signature(NUMBERS.to_numpy("float32")),
        pip_requirements=REQUIREMENTS,
    )
    model = bind(tmp_path / "model", "array<float>", meta_data=SERVING)
    expected = (2 * NUMBERS.to_numpy("float32")).tolist()
    assert_same_scores(model, numbers(spark), expected)


def network(inputs, outputs, seed=1):
    keras.utils.set_random_seed(seed)
    made = keras.Input((SIZE, SIZE), name="image") if inputs is None else inputs
    return keras.Model(made, outputs(made))


def test_keras_with_images_and_outputs_by_name(spark, bind, tmp_path):
    def outputs(image):
        rows = keras.layers.Dense(2, name="rows")(image)
        classes = keras.layers.Dense(3, activation="softmax", name="classes")
        return [classes(keras.layers.Flatten()(rows)), rows]

    model = network(None, outputs)
    classes, rows = model.predict(IMAGES, verbose=0)
    mlflow.keras.save_model(model, str(tmp_path / "model"), pip_requirements=["mlflow", "keras"])
    bound = bind(tmp_path / "model", "rows ARRAY<ARRAY<FLOAT>>, classes ARRAY<FLOAT>")
    expected = list(zip(rows.tolist(), classes.tolist()))
    assert_same_scores(bound, images(spark), expected, within=NEAR)
    bound = bind(tmp_path / "model", None, "only_classes", output="classes")
    assert_same_scores(bound, images(spark), classes.tolist(), within=NEAR)


def test_keras_with_two_inputs_by_name(spark, bind, tmp_path):
    inputs = {"a": keras.Input((1,), name="a"), "b": keras.Input((1,), name="b")}
    model = network(inputs, lambda given: keras.layers.Subtract()([given["a"], given["b"]]))
    schema = Schema([TensorSpec(np.dtype("float32"), (-1, 1), name) for name in ("b", "a")])
    mlflow.tensorflow.save_model(
        model,
        str(tmp_path / "model"),
        signature=ModelSignature(schema),
        pip_requirements=REQUIREMENTS,
    )
    bound = bind(tmp_path / "model", "FLOAT")
    given = NUMBERS.astype("float32")
    assert_same_scores(bound, numbers(spark), (given["a"] - given["b"]).tolist(), within=NEAR)


def test_keras_with_columns_and_nothing_in_the_log(spark, bind, conf, tmp_path, written):
    model = network(keras.Input((2,)), keras.layers.Dense(1))
    expected = model.predict(NUMBERS.to_numpy(), verbose=0)
    mlflow.keras.save_model(
        model,
        str(tmp_path / "model"),
        signature=infer_signature(NUMBERS.to_numpy(), expected),
        pip_requirements=["mlflow", "keras"],
    )
    bound = bind(tmp_path / "model", "DOUBLE", engine="python")
    assert_same_scores(bound, numbers(spark), expected[:, 0].tolist(), within=NEAR)
    conf("spark.sql.execution.arrow.maxRecordsPerBatch", "1")
    written()
    assert len(by_sql(bound, numbers(spark))) == len(NUMBERS)
    assert written().count("\n") < len(NUMBERS) / 10  # of a batch for each row

    def chatty(frames):
        sys.stderr.write("said by a worker\n")
        return frames

    spark.range(1).mapInPandas(chatty, "id LONG").collect()
    assert "said by a worker" in written()
