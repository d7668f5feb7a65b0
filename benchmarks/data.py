# SPDX-License-Identifier: Apache-2.0
"""Nine double columns in Parquet, in files of one size."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import DataFrame

from benchmarks.session import Setting

COLUMNS = [f"x{at}" for at in range(9)]


def table(setting: Setting) -> DataFrame:
    """The rows to score; written at the first call."""
    folder = setting.folder / "rows.parquet"
    if not folder.is_dir():
        return written(setting, folder, setting.rows, frame)
    return setting.spark.read.parquet(str(folder))


def written(
    setting: Setting,
    folder: Path,
    rows: int,
    make: Callable[[int, int], pd.DataFrame],
    *,
    dictionaries: Any = True,
) -> DataFrame:
    """Rows in as many files as there are to be tasks.

    Args:
        setting: of the run.
        folder: where they go; it is made.
        rows: how many in all.
        make: makes so many rows by a seed.
        dictionaries: which columns have them, as pyarrow's ``use_dictionary``.
    """
    folder.mkdir()
    for at in range(setting.tasks):
        table = pa.Table.from_pandas(make(rows // setting.tasks, at), preserve_index=False)
        pq.write_table(table, folder / f"{at}.parquet", use_dictionary=dictionaries)
    return setting.spark.read.parquet(str(folder))


def frame(rows: int, seed: int) -> pd.DataFrame:
    return numbers(rows, seed, len(COLUMNS))


def numbers(rows: int, seed: int, columns: int) -> pd.DataFrame:
    values = np.random.default_rng(seed).normal(size=(rows, columns))
    return pd.DataFrame(values, columns=[f"x{at}" for at in range(columns)])


def target(features: pd.DataFrame) -> pd.Series:
    weights = np.arange(1.0, len(COLUMNS) + 1)
    return features @ weights + np.sin(features["x0"]) * features["x1"]
