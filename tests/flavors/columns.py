# SPDX-License-Identifier: Apache-2.0
"""What the models of these tests are given: numbers a and b, and images of 28 by 28."""

from __future__ import annotations

import numpy as np
from pyspark.sql import DataFrame, SparkSession

import saved

NUMBERS = saved.sample(("a", "b"))
SIZE = 28
IMAGES = np.random.default_rng(5).random((12, SIZE, SIZE)).astype("float32")
# Sums of a few hundred float32 numbers differ by as much from one size of a batch to another.
NEAR = 1e-4


def numbers(spark: SparkSession) -> DataFrame:
    """The columns a and b."""
    return spark.createDataFrame(NUMBERS.to_numpy().tolist(), "a DOUBLE, b DOUBLE").coalesce(1)


def images(spark: SparkSession, name: str = "image") -> DataFrame:
    """One column of nested arrays."""
    rows = [(image.tolist(),) for image in IMAGES]
    return spark.createDataFrame(rows, f"{name} ARRAY<ARRAY<FLOAT>>").coalesce(1)
