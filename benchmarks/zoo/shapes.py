# SPDX-License-Identifier: Apache-2.0
"""The four shapes of data that Raven was measured by, synthetic, each with three pipelines.

Raven (SIGMOD 2022) scores pipelines of scaled numbers and one-hot texts over one table of numbers
(credit card), one of both (hospital), a join of three (expedia) and a join of four (flights). The
tables here have as many columns of each kind and, once encoded, about as many features; the values
are drawn from a seed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pyspark.sql import DataFrame, SparkSession
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from benchmarks import data, zoo


@dataclass(frozen=True)
class Table:
    """One table of a shape.

    Attributes:
        name: also the beginning of its columns' names.
        numbers: columns of doubles.
        texts: for each column of texts, how many different ones it has.
        rows: of a table that is joined; the first one has as many as are scored.
    """

    name: str
    numbers: int
    texts: tuple[int, ...] = ()
    rows: int = 0

    def frame(self, rows: int, seed: tuple[int, ...]) -> pd.DataFrame:
        random = np.random.default_rng(seed)
        columns: dict[str, Any] = {
            f"{self.name}_n{at}": random.normal(size=rows) for at in range(self.numbers)
        }
        for at, different in enumerate(self.texts):
            known = np.array([f"{self.name} {at} {k}" for k in range(different)], dtype=object)
            columns[f"{self.name}_t{at}"] = known[random.integers(different, size=rows)]
        return pd.DataFrame(columns)

    def joined(self) -> pd.DataFrame:
        """All of a table that is joined: the same for every seed of the rows."""
        return self.frame(self.rows, (0, len(self.name)))


# Encoded: 28, 59, about 4,000 and about 6,500 features.
SHAPES = {
    "credit_card": (Table("card", 28),),
    "hospital": (Table("stay", 9, (3,) * 10 + (4,) * 5),),
    "expedia": (
        Table("search", 8, (2, 3, 4, 5, 30, 60)),
        Table("hotel", 4, (1500, 100, 50, 10, 6, 4), rows=2000),
        Table("place", 2, (1600, 300, 160, 80, 20), rows=1800),
    ),
    "flights": (
        Table("flight", 4, (2, 4, 7, 12)),
        Table("airline", 1, (540, 500, 100, 60), rows=540),
        Table("origin", 2, (1100, 900, 200, 60, 40), rows=1200),
        Table("destination", 2, (1500, 1200, 250, 60, 40), rows=1600),
    ),
}
ESTIMATORS: dict[str, Callable[[], Any]] = {
    "linear": lambda: LogisticRegression(max_iter=300),
    "tree": lambda: DecisionTreeClassifier(max_depth=8, random_state=0),
    "forest": lambda: RandomForestClassifier(50, max_depth=8, random_state=0, n_jobs=1),
}


@dataclass(frozen=True)
class Shaped:
    """A pipeline over a shape: scaler and one-hot, then an estimator."""

    tables: tuple[Table, ...]
    make: Callable[[], Any]
    trained_on: int = 20_000

    def frame(self, rows: int, seed: int) -> pd.DataFrame:
        """The rows as they are when they are joined."""
        facts = self._facts(rows, seed)
        parts = [facts[[name for name in facts if not name.startswith("key_")]]]
        for table in self.tables[1:]:
            of_table = table.joined()
            parts.append(of_table.iloc[facts[f"key_{table.name}"]].reset_index(drop=True))
        return pd.concat(parts, axis=1)

    def trained(self, folder: Path) -> zoo.Trained:
        frame = self.frame(self.trained_on, seed=100)
        numbers = [name for name, kind in frame.dtypes.items() if kind == np.float64]
        texts = [name for name in frame if name not in numbers]
        known = OneHotEncoder(handle_unknown="ignore")
        encoded = [("numbers", StandardScaler(), numbers), ("texts", known, texts)]
        noise = np.random.default_rng(101).normal(size=len(frame))
        score = frame[numbers[0]] + frame[numbers[1]] * frame[numbers[2]] + 0.3 * noise
        if texts:
            score += np.where(frame[texts[0]].str.endswith("1"), 1.0, -0.5)
        model = make_pipeline(ColumnTransformer(encoded[: 2 if texts else 1]), self.make())
        return zoo.save(folder, model.fit(frame, (score > 0).astype(float)), frame)

    def table(self, spark: SparkSession, folder: Path, rows: int, tasks: int) -> DataFrame:
        joined = data.table(spark, folder / "facts", rows, tasks, self._facts)
        for table in self.tables[1:]:
            path = folder / table.name
            of_table = data.table(
                spark, path, table.rows, 1, lambda rows, _, of=table: _keyed(of, rows)
            )
            joined = joined.join(of_table, f"key_{table.name}")
        return joined

    def _facts(self, rows: int, seed: int) -> pd.DataFrame:
        facts = self.tables[0].frame(rows, (seed, 0))
        random = np.random.default_rng((seed, 1))
        for table in self.tables[1:]:
            facts[f"key_{table.name}"] = random.integers(table.rows, size=rows)
        return facts


def _keyed(table: Table, rows: int) -> pd.DataFrame:
    return table.joined().assign(**{f"key_{table.name}": np.arange(rows)})


MODELS: dict[str, zoo.Model] = {
    f"{shape}_{kind}": Shaped(tables, make)
    for shape, tables in SHAPES.items()
    for kind, make in ESTIMATORS.items()
}
