# SPDX-License-Identifier: Apache-2.0
"""A models file with a model for each engine, and what its models answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mlflow.xgboost
import pandas as pd
import yaml
from xgboost import XGBRegressor

import onnx_graphs
import saved

PREFIX = "spark.synapse.ml.predict."
ROWS = [(at, float(at), at * 0.5) for at in range(4)]
FRAME = pd.DataFrame([row[1:] for row in ROWS], columns=["a", "b"])
BOOSTED = XGBRegressor(n_estimators=20, max_depth=3).fit(FRAME, FRAME["a"])
EXPECTED = [
    [score, a - b, 2 * a - b + 0.5]
    for (_, a, b), score in zip(ROWS, BOOSTED.predict(FRAME).tolist())
]
TABLE = (
    "CREATE TABLE customers USING parquet AS"
    " SELECT id, CAST(id AS DOUBLE) AS a, id * 0.5D AS b FROM range(4)"
)
SCORED = (
    "SELECT PREDICT('churn', a, b) AS churn, PREDICT('price', a, b) AS price,"
    " PREDICT('graph', a, b) AS graph, id FROM customers"
)


def rule(frame: pd.DataFrame) -> Any:
    """What only Python can score."""
    return (frame["a"] - frame["b"]).to_numpy()


def entries(home: Path) -> dict[str, dict[str, Any]]:
    """Saves the three models below a folder; gives what the file says of each."""
    signature = saved.infer_signature(FRAME, FRAME["a"])
    mlflow.xgboost.save_model(
        BOOSTED, str(home / "churn"), signature=signature, pip_requirements=["xgboost"]
    )
    (home / "rule").mkdir()
    price = saved.pyfunc(home / "rule", rule, signature=signature)
    graph = onnx_graphs.linear(home / "graph" / "model.onnx")
    return {
        "churn": {"uri": str(home / "churn"), "return_types": "DOUBLE"},
        "price": {"uri": str(price), "return_types": "DOUBLE"},
        "graph": {"uri": str(graph), "runtime": "onnx", "return_types": "FLOAT"},
    }


def write(home: Path, listed: dict[str, dict[str, Any]]) -> Path:
    """Writes the file as an admin is told to: by a rename."""
    part, file = home / "models.part", home / "models.yaml"
    part.write_text(yaml.safe_dump(listed, sort_keys=False))
    return part.rename(file)


def conf(home: Path) -> dict[str, Any]:
    """What an application starts with to have that file, and to bind nothing else."""
    return {
        f"{PREFIX}models": home / "models.yaml",
        f"{PREFIX}cacheDir": home / "cache",
        f"{PREFIX}bind.enabled": "false",
    }


def numbers(lines: list[list[str]]) -> list[list[float]]:
    """Scores as they were printed."""
    return [[float(part) for part in line] for line in lines]
