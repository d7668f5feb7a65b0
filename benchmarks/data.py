# SPDX-License-Identifier: Apache-2.0
"""Nine double columns in Parquet, in files of one size."""

from __future__ import annotations

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
        folder.mkdir()
        for at in range(setting.tasks):
            rows = frame(setting.rows // setting.tasks, seed=at)
            pq.write_table(
                pa.Table.from_pandas(rows, preserve_index=False), folder / f"{at}.parquet"
            )
    return setting.spark.read.parquet(str(folder))


def frame(rows: int, seed: int) -> pd.DataFrame:
    values = np.random.default_rng(seed).normal(size=(rows, len(COLUMNS)))
    return pd.DataFrame(values, columns=COLUMNS)


def target(features: pd.DataFrame) -> pd.Series:
    weights = np.arange(1.0, len(COLUMNS) + 1)
    return features @ weights + np.sin(features["x0"]) * features["x1"]
