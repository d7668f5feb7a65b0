# SPDX-License-Identifier: Apache-2.0
"""The oldest MLflow reads what the newest saved, and the newest what the oldest saved.

But for one thing: MLflow 2.9 itself does not read the signatures that 2.10 and later write.
"""

from __future__ import annotations

import mlflow
import numpy as np
import pandas as pd
import pytest

import onnx_graphs
from fresh import ROOT, run
from library_environments import OLDEST
from scores import assert_same_scores, by_sql

SCRIPT = """
import sys
import lightgbm, mlflow, numpy as np, onnx, pandas as pd
import mlflow.lightgbm, mlflow.onnx
from mlflow.models import infer_signature
folder, graph = sys.argv[1:]
frame = pd.DataFrame(np.random.default_rng(5).normal(size=(200, 2)), columns=["a", "b"])
target = 2 * frame.a - frame.b + 0.5
parameters = {"objective": "regression", "num_leaves": 7, "verbose": -1, "num_threads": 1}
trees = lightgbm.train(parameters, lightgbm.Dataset(frame, target), num_boost_round=5)
for name, signature in (("named", infer_signature(frame, trees.predict(frame))), ("bare", None)):
    mlflow.lightgbm.save_model(
        trees, f"{folder}/{name}", signature=signature, pip_requirements=["lightgbm"]
    )
mlflow.onnx.save_model(onnx.load(graph), folder + "/onnx", pip_requirements=["onnxruntime"])
result(mlflow.__version__)
"""
NEWEST = ROOT / ".venv" / "bin" / "python"
IS_OLDEST = mlflow.__version__.startswith("2.9.")


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """Models that another version of MLflow saved."""
    other = NEWEST if IS_OLDEST else OLDEST.interpreter
    if not other.is_file():
        pytest.skip(f"{OLDEST.name} was not made: install Python {OLDEST.told}")
    folder = tmp_path_factory.mktemp("elsewhere")
    graph = onnx_graphs.linear(folder / "graph.onnx")
    version = run(SCRIPT, folder, graph, python=other, PYTHONPATH=None)
    assert version.startswith("2.9.") != IS_OLDEST, "saved by the same line of MLflow"
    return folder


@pytest.fixture(scope="module")
def expected(elsewhere, points):
    """The trees' own answers for the points."""
    trees = mlflow.lightgbm.load_model(str(elsewhere / "bare"))
    rows = points.collect()
    answers = trees.predict(pd.DataFrame({"a": [r.a for r in rows], "b": [r.b for r in rows]}))
    assert len(np.unique(answers)) > 5
    return answers.tolist()


@pytest.mark.parametrize("engine", ["compiled", "python"])
def test_trees_score_as_their_library_does(bind, points, elsewhere, expected, engine):
    model = bind(elsewhere / "bare", engine=engine)
    assert_same_scores(model, points.select("a", "b"), expected)


def test_a_signature_is_read_or_refused_with_the_reason(bind, points, elsewhere, expected):
    model = bind(elsewhere / "named", engine="python")
    data = points.select("b", "a")
    if IS_OLDEST:
        with pytest.raises(Exception, match=r"PREDICT_MODEL_LOAD_FAILED.*'required'"):
            by_sql(model, data)
    else:
        assert_same_scores(model, data, expected)


@pytest.mark.parametrize("engine", ["onnx", "python"])
def test_a_graph_scores_the_same(bind, points, elsewhere, engine):
    model = bind(elsewhere / "onnx", engine=engine)
    wanted = [2 * row.a - row.b + 0.5 for row in points.collect()]
    assert_same_scores(model, points.select("a", "b"), wanted)
