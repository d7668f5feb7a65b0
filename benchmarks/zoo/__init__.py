# SPDX-License-Identifier: Apache-2.0
"""Every model that is measured, by its name: what its rows are, and how it is trained and saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd
from pyspark.sql import DataFrame, SparkSession

from benchmarks import data
from benchmarks.peers import Cannot


@dataclass(frozen=True)
class Trained:
    """A model that was saved.

    Attributes:
        uri: where MLflow saved it.
        columns: its features, in order.
        predict: what the library answers, on the driver.
        graph: makes the same model in ONNX, or raises ``Cannot``.
        estimator: the library's own object; nothing for a graph.
        output: which of its outputs is asked for, where it has several.
    """

    uri: str
    columns: tuple[str, ...]
    predict: Callable[[pd.DataFrame], Any]
    graph: Callable[[], bytes]
    estimator: Any = None
    output: str | None = None


class Model(Protocol):
    """What can be trained, and has rows to score."""

    def frame(self, rows: int, seed: int) -> pd.DataFrame:
        """Rows of features, the same for the same seed."""

    def trained(self, folder: Path) -> Trained:
        """Trains it and saves it there."""

    def table(self, spark: SparkSession, folder: Path, rows: int, tasks: int) -> DataFrame:
        """Rows in Parquet, of ``tasks`` files; where they come from a join, joined."""


class InOneTable:
    """A model whose rows are in one table."""

    def table(self, spark: SparkSession, folder: Path, rows: int, tasks: int) -> DataFrame:
        return data.table(spark, folder, rows, tasks, self.frame)

    def frame(self, rows: int, seed: int) -> pd.DataFrame:
        raise NotImplementedError


def find(name: str) -> Model:
    """The model of that name."""
    from benchmarks.zoo import compiled, flavors, growing, nets, shapes

    tables: tuple[dict[str, Any], ...] = (
        compiled.MODELS,
        nets.NETS,
        shapes.MODELS,
        growing.MODELS,
        flavors.MODELS,
    )
    known = {key: model for table in tables for key, model in table.items()}
    if name not in known:
        raise KeyError(f"no model {name!r}; known: {', '.join(known)}")
    return known[name]


def no_graph(why: str) -> bytes:
    """The ``graph`` of a model that has none."""
    raise Cannot(why)


def save(path: Path, estimator: Any, frame: pd.DataFrame) -> Trained:
    """Saved by MLflow as its pages say, with a signature."""
    import mlflow
    from mlflow.models import infer_signature

    from benchmarks.zoo import converted

    flavor = type(estimator).__module__.partition(".")[0]
    # skops, the default of scikit-learn's flavor, asks for each type of a model to be trusted
    options = {"serialization_format": "cloudpickle"} if flavor == "sklearn" else {}
    getattr(mlflow, flavor).save_model(
        estimator,
        str(path),
        signature=infer_signature(frame, estimator.predict(frame.head(10))),
        pip_requirements=[flavor],
        **options,
    )
    return Trained(
        uri=str(path),
        columns=tuple(frame.columns),
        predict=lambda rows: np.asarray(estimator.predict(rows)),
        graph=partial(converted.graph, estimator, frame),
        estimator=estimator,
    )
