# SPDX-License-Identifier: Apache-2.0
"""Which engine is taken: the one that is named, or the compiled one where it agrees with Python."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.neighbors import KNeighborsRegressor

import saved
import sparkpredict
from sparkpredict import artifact

RANDOM = np.random.default_rng(13)
FRAME = pd.DataFrame(RANDOM.normal(size=(900, 4)), columns=list("abcd"))
TARGET = (FRAME["a"] * 2 + np.sin(3 * FRAME["b"]) + RANDOM.normal(size=900)).to_numpy()


def test_python_scores_where_it_is_asked_for(bind, tmp_path):
    estimator = HistGradientBoostingRegressor(max_iter=3).fit(FRAME, TARGET)
    folder = saved.sklearn(tmp_path, estimator, tuple("abcd"), FRAME)
    info = bind(folder, engine="python").info()
    assert (info.engine, info.reasons["compiled"]) == (
        "python",
        "not taken: engine='python' was asked for",
    )


def test_each_engine_behind_the_one_that_scores_says_why(bind, tmp_path):
    estimator = HistGradientBoostingRegressor(max_iter=3).fit(FRAME, TARGET)
    info = bind(saved.sklearn(tmp_path, estimator, tuple("abcd"), FRAME), engine="auto").info()
    assert (info.engine, info.reasons["onnx"], info.reasons["python"]) == (
        "compiled",
        "not taken: a faster engine gives the same answers; engine='onnx' converts it",
        "not taken: a faster engine gives the same answers",
    )


def test_a_model_without_a_plan_is_refused_where_the_engine_is_named(spark, bind, alias, tmp_path):
    estimator = KNeighborsRegressor().fit(FRAME, TARGET)
    folder = saved.sklearn(tmp_path, estimator, tuple("abcd"), FRAME)
    assert bind(folder).info().engine == "python"
    bind(folder, engine="compiled")
    with pytest.raises(Exception, match=r"PREDICT_ENGINE_REFUSES.*KNeighborsRegressor"):
        spark.sql(f"SELECT PREDICT('{alias}', 1D, 2D, 3D, 4D)").collect()


def test_a_kernel_that_disagrees_with_the_probes_is_not_taken(spark, alias, tmp_path, monkeypatch):
    estimator = HistGradientBoostingRegressor(max_iter=3).fit(FRAME, TARGET)
    folder = saved.sklearn(tmp_path, estimator, tuple("abcd"), FRAME)
    monkeypatch.setattr(artifact.Draft, "add", spoilt(artifact.Draft.add))
    model = sparkpredict.bind_model("DOUBLE", "mlflow", alias, str(folder), spark=spark)
    model.register()
    info = model.info()
    assert info.engine == "python"
    told = r"does not agree with the Python model: predict is .*, for the row a = .*, b = "
    assert re.search(told, info.reasons["compiled"])
    model.unregister()


def spoilt(add):
    """Makes the last answer of the probes another one."""

    def added(draft, name, content):
        if name == "probes.bin":
            content = content[:-1] + bytes([content[-1] ^ 0x10])
        return add(draft, name, content)

    return added
