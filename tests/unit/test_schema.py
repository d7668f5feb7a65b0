# SPDX-License-Identifier: Apache-2.0
"""MLflow's signature as Spark types, and how a model's inputs are matched."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from mlflow.types import Schema, TensorSpec
from mlflow.types.schema import Array, ColSpec, DataType, Map, Object, Property

from sparkpredict import inspect, schema
from sparkpredict.descriptor import Descriptor
from sparkpredict.package import Package

SCALARS = {
    DataType.boolean: "boolean",
    DataType.integer: "int",
    DataType.long: "bigint",
    DataType.float: "float",
    DataType.double: "double",
    DataType.string: "string",
    DataType.binary: "binary",
    DataType.datetime: "timestamp",
}


def output(*columns):
    found = schema.output_type(Schema(list(columns)).to_dict())
    return found.simpleString() if found is not None else None


def test_every_column_type_of_mlflow_has_its_spark_type():
    assert {kind: output(ColSpec(kind)) for kind in DataType} == SCALARS


def test_nested_types_of_mlflow_have_their_spark_types():
    assert output(ColSpec(Array(Array(DataType.double)))) == "array<array<double>>"
    assert output(ColSpec(Map(DataType.long))) == "map<string,bigint>"
    thing = Object([Property("a", DataType.long), Property("b", Array(DataType.string))])
    assert output(ColSpec(thing)) == "struct<a:bigint,b:array<string>>"


@pytest.mark.parametrize(
    ("dtype", "shape", "expected"),
    [
        ("float64", (-1,), "double"),
        ("float32", (-1, 3), "array<float>"),
        ("int64", (-1, 2, 2), "array<array<bigint>>"),
        ("int8", (-1,), "int"),
        ("bool", (-1, 1), "array<boolean>"),
        ("str", (-1,), "string"),
        ("complex64", (-1,), None),
    ],
)
def test_a_tensor_is_arrays_as_deep_as_its_shape_beyond_the_rows(dtype, shape, expected):
    assert output(TensorSpec(np.dtype(dtype), shape)) == expected


def test_several_outputs_are_a_struct_by_name_and_none_say_nothing():
    pair = [ColSpec(DataType.string, "label"), ColSpec(DataType.double, "p")]
    assert output(*pair) == "struct<label:string,p:double>"
    assert schema.output_type(None) is None
    assert schema.output_type([]) is None


def described(inputs=None, names=None, count=None, flavor="sklearn"):
    """The descriptor of a scikit-learn model that knows these things of itself."""
    package = Package(
        folder=Path(),
        flavors={"python_function": {"loader_module": f"mlflow.{flavor}"}, flavor: {}},
        inputs=Schema(inputs).to_dict() if inputs else None,
        outputs=None,
        mlflow_version=None,
        size=1,
    )
    known = {"feature_names_in_": names, "n_features_in_": count}
    estimator = SimpleNamespace(**{name: v for name, v in known.items() if v is not None})
    model = SimpleNamespace(_model_impl=SimpleNamespace(sklearn_model=estimator))
    return inspect.describe(package, "0" * 64, model)


def features(descriptor: Descriptor):
    return [(feature.name, feature.type, feature.optional) for feature in descriptor.features]


def test_a_signature_with_names_settles_names_order_and_types():
    columns = [ColSpec(DataType.long, "b"), ColSpec(DataType.double, "a", required=False)]
    found = described(columns, names=["a", "b"], count=2)
    assert (found.layout, found.feature_count) == ("columns", 2)
    assert features(found) == [("b", "long", False), ("a", "double", True)]


def test_without_a_signature_the_model_s_own_names_settle_the_order():
    found = described(names=["a", "b"], count=2)
    assert (found.layout, features(found)) == (
        "columns",
        [("a", None, False), ("b", None, False)],
    )


def test_without_names_there_is_a_matrix_of_the_model_s_own_width():
    for signature in (None, [ColSpec(DataType.double), ColSpec(DataType.double)]):
        found = described(signature, count=2)
        assert (found.layout, found.feature_count, features(found)) == ("matrix", 2, [])


def test_a_tensor_signature_is_a_matrix_of_its_type():
    found = described([TensorSpec(np.dtype("float32"), (-1, 4))])
    assert (found.layout, found.feature_count, found.dtype) == ("matrix", 4, "float32")


def test_a_model_that_says_nothing_takes_the_frame_as_the_query_names_it():
    found = described(flavor="pyfunc")
    assert (found.layout, found.feature_count, features(found)) == ("frame", None, [])


def test_a_model_that_was_not_loaded_says_so():
    package = Package(Path(), {"python_function": {}}, None, None, "2.9.2", 7)
    found = inspect.inspected(package, "0" * 64, None, "larger than probe.maxModelBytes").descriptor
    assert found.notes == ("not loaded when bound: larger than probe.maxModelBytes",)
    assert (found.size, found.mlflow_version) == (7, "2.9.2")
