# SPDX-License-Identifier: Apache-2.0
"""Which column of a frame goes into which feature: by name, by position, or refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from local import features, score

from sparkpredict.errors import BindArgumentError

AB = features(a="double", b="double")
OPTIONAL = features(a="double", b="double", c={"type": "double", "optional": True})


def digits(frame):
    """10a + b, with names or without."""
    values = np.asarray(frame)
    return values[:, 0] * 10 + values[:, 1]


def one(**values):
    return pd.DataFrame({name: [value] for name, value in values.items()})


@pytest.mark.parametrize(
    ("binding", "data", "expected"),
    [
        ("auto", one(a=1.0, b=2.0), 12.0),
        ("auto", one(b=2.0, A=1.0, other=9.0), 12.0),
        ("name", one(b=2.0, a=1.0), 12.0),
        ("position", one(b=1.0, a=2.0), 12.0),
        ("position", one(x=1.0, y=2.0), 12.0),
    ],
)
def test_columns_find_their_features(binding, data, expected):
    assert score(data, digits, inputs=AB, binding=binding).tolist() == [expected]


@pytest.mark.parametrize(
    ("binding", "data", "condition"),
    [
        ("auto", one(a=1.0), "PREDICT_ARGUMENT_COUNT"),
        ("auto", one(b=1.0, x=2.0), "PREDICT_ARGUMENT_NAMES"),
        ("auto", one(x=1.0, y=2.0), "PREDICT_ARGUMENT_NAMES"),
        ("name", one(a=1.0), "PREDICT_ARGUMENT_NAMES"),
        ("name", one(x=1.0, y=2.0), "PREDICT_ARGUMENT_NAMES"),
        ("position", one(a=1.0), "PREDICT_ARGUMENT_COUNT"),
        ("position", one(a=1.0, b=2.0, c=3.0), "PREDICT_ARGUMENT_COUNT"),
        ("auto", one(a=1.0, A=2.0, b=3.0), "PREDICT_ARGUMENT_DUPLICATED"),
    ],
)
def test_what_does_not_fit_is_refused(binding, data, condition):
    with pytest.raises(BindArgumentError, match=condition):
        score(data, digits, inputs=AB, binding=binding)


def test_names_that_differ_in_case_are_two_where_the_session_says_so():
    assert score(one(A=9.0, a=1.0, b=2.0), digits, inputs=AB, case_sensitive=True).tolist() == [12]


def test_trailing_optional_features_may_be_missing_by_position():
    options = {"inputs": OPTIONAL, "binding": "position"}
    assert score(one(x=1.0, y=2.0), digits, **options).tolist() == [12.0]
    assert score(one(x=1.0, y=2.0, z=3.0), digits, **options).tolist() == [12.0]
    with pytest.raises(BindArgumentError, match="PREDICT_ARGUMENT_COUNT"):
        score(one(x=1.0), digits, **options)


def test_features_that_are_ordinals_are_taken_by_position_when_the_names_say_nothing():
    ordinals = features(**{"0": "double", "1": "double"})
    assert score(one(x=1.0, y=2.0), digits, inputs=ordinals).tolist() == [12.0]
    with pytest.raises(BindArgumentError, match="PREDICT_ARGUMENT_NAMES"):
        score(one(**{"1": 1.0, "x": 2.0}), digits, inputs=ordinals)


def test_a_model_without_names_takes_so_many_columns_and_no_names():
    options = {"layout": "matrix", "count": 2}
    assert score(one(x=1.0, y=2.0), digits, **options).tolist() == [12.0]
    with pytest.raises(BindArgumentError, match="PREDICT_ARGUMENT_COUNT"):
        score(one(x=1.0), digits, **options)
    with pytest.raises(BindArgumentError, match="PREDICT_FEATURES_UNNAMED"):
        score(one(x=1.0, y=2.0), digits, binding="name", **options)


def test_a_frame_of_two_columns_of_one_name_has_ordinals_for_names():
    data = pd.DataFrame([[1.0, 2.0]], columns=["x", "x"])
    assert score(data, lambda frame: frame["1"], layout="frame").tolist() == [2.0]
    with pytest.raises(BindArgumentError, match="PREDICT_ARGUMENTS_UNNAMED"):
        score(data, digits, layout="frame", binding="name")
