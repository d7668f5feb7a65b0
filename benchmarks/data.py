# SPDX-License-Identifier: Apache-2.0
"""Rows in Parquet, from a seed, in files of one size."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession

COLUMNS = [f"x{at}" for at in range(9)]


def table(
    spark: SparkSession,
    folder: Path,
    rows: int,
    tasks: int,
    make: Callable[[int, int], pd.DataFrame],
) -> DataFrame:
    """Rows in as many files as there are to be tasks.

    Args:
        spark: the session that reads them.
        folder: where they go; it is made.
        rows: how many in all.
        tasks: how many files.
        make: makes so many rows by a seed.
    """
    folder.mkdir(parents=True)
    for at in range(tasks):
        part = make(rows * (at + 1) // tasks - rows * at // tasks, at)
        # Spark's own writer gives up dictionaries of numbers that hardly repeat.
        texts = [name for name, kind in part.dtypes.items() if not _is_number(kind)]
        found = pa.Table.from_pandas(part, preserve_index=False)
        pq.write_table(found, folder / f"{at:05}.parquet", use_dictionary=texts or False)
    return spark.read.parquet(str(folder))


def _is_number(kind: object) -> bool:
    return isinstance(kind, np.dtype) and kind.kind in "fiu"


def frame(rows: int, seed: int) -> pd.DataFrame:
    return numbers(rows, seed, len(COLUMNS))


def numbers(rows: int, seed: int, columns: int) -> pd.DataFrame:
    values = np.random.default_rng(seed).normal(size=(rows, columns))
    return pd.DataFrame(values, columns=[f"x{at}" for at in range(columns)])


def target(features: pd.DataFrame) -> pd.Series:
    """What a model learns: a sum, a product and some noise, of the first three columns."""
    noise = np.random.default_rng(101).normal(size=len(features))
    return 2 * features["x0"] + np.sin(3 * features["x1"]) * features["x2"] + 0.3 * noise
