# SPDX-License-Identifier: Apache-2.0
"""What a peer is given, and what it makes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from pyspark.sql import DataFrame, SparkSession

from benchmarks import session
from benchmarks.workloads import Workload
from benchmarks.zoo import Trained

# From rows to rows with ``score``, and of the other columns those that the query keeps.
Scoring = Callable[[DataFrame], DataFrame]


@dataclass(frozen=True)
class Contender:
    """A peer that can be called.

    Attributes:
        run: does the whole of the workload once.
        scores: the scores of the rows that are checked, in order.
        first: computes one row.
        close: ends what it has started.
        notes: what the table tells of it beside its figures.
    """

    run: Callable[[], Any]
    scores: Callable[[], Any] | None = None
    first: Callable[[], Any] | None = None
    close: Callable[[], Any] = lambda: None
    notes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """One workload, ready.

    Attributes:
        spark: its session.
        folder: a temporary folder.
        workload: what is to be done.
        model: trained and saved.
        rows: to score.
        checked: a few rows in one file, in order.
        above: the score that one row in a hundred reaches.
    """

    spark: SparkSession
    folder: Path
    workload: Workload
    model: Trained
    rows: DataFrame
    checked: DataFrame
    above: float

    @property
    def columns(self) -> tuple[str, ...]:
        """The features, in order."""
        return self.model.columns

    @property
    def kept(self) -> tuple[str, ...]:
        """What a query keeps beside the score."""
        return self.columns[:1] if self.workload.query == "filter" else ()

    def in_workers(self, name: str, scoring: Scoring) -> Scoring:
        """The same by Python workers that no other peer has."""

        def scored(rows: DataFrame) -> DataFrame:
            with session.own_workers(self.spark, self.folder, name):
                return scoring(rows)

        return scored

    def contender(self, scoring: Scoring, **notes: Any) -> Contender:
        """A contender that scores by a query."""
        return Contender(
            run=partial(to_nowhere, self.asked(scoring)),
            scores=lambda: np.asarray(scoring(self.checked).toPandas()["score"], dtype=float),
            first=lambda: self.asked(scoring).limit(1).collect(),
            notes=notes,
        )

    def asked(self, scoring: Scoring) -> DataFrame:
        """The workload's query."""
        scored = scoring(self.rows)
        return scored.where(f"score > {self.above!r}D") if self.kept else scored


def to_nowhere(frame: DataFrame) -> None:
    """Computes all rows and columns, and keeps nothing."""
    frame.write.format("noop").mode("overwrite").save()


def to_parquet(frame: DataFrame, folder: Path) -> None:
    """Computes all rows and columns, and writes them."""
    frame.write.mode("overwrite").parquet(str(folder))
