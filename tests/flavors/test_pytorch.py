# SPDX-License-Identifier: Apache-2.0
"""PyTorch: columns, images, and several tensors in and out."""

from __future__ import annotations

import mlflow
import modules
import numpy as np
import pytest
import torch
from columns import IMAGES, NEAR, NUMBERS, SIZE, images, numbers
from mlflow.models import ModelSignature, infer_signature
from mlflow.types import Schema, TensorSpec

from scores import assert_same_scores
from sparkpredict.errors import BindArgumentError

REQUIREMENTS = ["mlflow", "torch"]


def save(folder, module, signature=None):
    torch.manual_seed(3)
    mlflow.pytorch.save_model(
        module.eval(),
        str(folder / "model"),
        signature=signature,
        pip_requirements=REQUIREMENTS,
        serialization_format="pickle",
        code_paths=[modules.__file__],
    )
    return folder / "model"


def tensor(name, *shape):
    return TensorSpec(np.dtype("float32"), (-1, *shape), name)


@pytest.mark.parametrize("signed", [True, False], ids=["signed", "unsigned"])
def test_columns_of_numbers(spark, bind, tmp_path, signed):
    module = torch.nn.Sequential(torch.nn.Linear(2, 4), torch.nn.ReLU(), torch.nn.Linear(4, 1))
    given = NUMBERS.to_numpy(dtype="float32", copy=True)
    expected = module(torch.from_numpy(given)).detach().numpy()
    signature = infer_signature(NUMBERS, expected) if signed else None
    model = bind(save(tmp_path, module, signature), "FLOAT")
    assert_same_scores(model, numbers(spark), expected[:, 0].tolist(), within=NEAR)


@pytest.fixture
def pictures(tmp_path):
    """Where it was saved, and what it answers."""
    torch.manual_seed(3)
    module = modules.Pictures().eval()
    with torch.no_grad():
        answer = {name: part.numpy() for name, part in module(torch.from_numpy(IMAGES)).items()}
    return save(tmp_path, module, ModelSignature(Schema([tensor("image", SIZE, SIZE)]))), answer


def test_images_with_one_output_of_several(spark, bind, pictures):
    folder, answer = pictures
    model = bind(folder, None, output="logits")
    assert model.return_type.simpleString() == "array<double>"
    assert model.info().details["model"]["methods"] == ["predict", "logits", "embedding"]
    assert_same_scores(model, images(spark), answer["logits"].tolist(), within=NEAR)


def test_images_with_all_outputs_as_fields(spark, bind, pictures):
    folder, answer = pictures
    model = bind(folder, "embedding ARRAY<ARRAY<ARRAY<FLOAT>>>, logits ARRAY<FLOAT>")
    expected = list(zip(answer["embedding"].tolist(), answer["logits"].tolist()))
    assert_same_scores(model, images(spark), expected, within=NEAR)


def test_images_with_a_channel(spark, bind, tmp_path):
    torch.manual_seed(3)
    layers = torch.nn.Conv2d(1, 2, 5, stride=4), torch.nn.Flatten(), torch.nn.Linear(72, 3)
    module, images = torch.nn.Sequential(*layers), IMAGES[:, np.newaxis]
    expected = module(torch.from_numpy(images)).detach().numpy()
    signature = ModelSignature(Schema([tensor("image", 1, SIZE, SIZE)]))
    model = bind(save(tmp_path, module, signature), "ARRAY<FLOAT>")
    rows = [(image.tolist(),) for image in images]
    data = spark.createDataFrame(rows, "image ARRAY<ARRAY<ARRAY<FLOAT>>>").coalesce(1)
    assert_same_scores(model, data, expected.tolist(), within=NEAR)


def test_an_output_that_the_module_does_not_have(spark, bind, pictures):
    with pytest.raises(BindArgumentError, match="it has predict, logits, embedding"):
        bind(pictures[0], None, output="probabilities")


def test_several_tensors_by_name_and_a_tuple_by_place(spark, bind, tmp_path):
    signature = ModelSignature(Schema([tensor("right", 2), tensor("left", 1)]))
    model = bind(save(tmp_path, modules.Joined(), signature), None, output="0")
    data = spark.sql("SELECT array(1F, 2F) AS right, array(10F) AS left")
    assert_same_scores(model, data, [[30.0]])
