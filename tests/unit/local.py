# SPDX-License-Identifier: Apache-2.0
"""A bound model on the driver alone: a function of the inputs, without a session and MLflow."""

from __future__ import annotations

from types import SimpleNamespace

from pyspark.sql import types as t

from sparkpredict import returns
from sparkpredict.descriptor import Descriptor, Feature
from sparkpredict.driver import LocalModel, predict


def features(**kinds):
    """Features by name; a type, or a type and more of a Feature as a dict."""
    return tuple(
        Feature(name, **(kind if isinstance(kind, dict) else {"type": kind}))
        for name, kind in kinds.items()
    )


def score(
    data,
    function,
    *,
    inputs=(),
    layout="columns",
    count=None,
    takes_null=None,
    declared=None,
    ansi=False,
    case_sensitive=False,
    binding="auto",
    nulls="auto",
    on_error="fail",
    params=None,
):
    """The scores of a frame."""
    declared = declared or t.DoubleType()
    descriptor = Descriptor(
        digest="0" * 64,
        flavor="python_function",
        layout=layout,
        features=inputs,
        feature_count=len(inputs) if inputs else count,
        takes_null=takes_null,
    )
    spec = {
        **descriptor.scoring(),
        "alias": "m",
        "carrier": returns.carrier(declared, None, capture=on_error == "capture").shape,
        "on_error": on_error,
        "params": params,
    }
    choices = {"binding": binding, "nulls": nulls, "on_error": on_error}
    loaded = SimpleNamespace(predict=function)
    model = LocalModel("m", loaded, descriptor, spec, choices, declared)
    return predict(model, data, ansi=ansi, case_sensitive=case_sensitive)
