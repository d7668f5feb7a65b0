# SPDX-License-Identifier: Apache-2.0
"""The Spark that everything runs in: local[2] and Spark's own defaults."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pyspark.sql import SparkSession

import sparkpredict

ROOT = Path(__file__).resolve().parent.parent
# What packages bring that Spark has already, in other versions than its own.
EXCLUDED = (
    "org.scala-lang:scala-reflect",
    "org.apache.spark:spark-tags_2.12",
    "org.scalactic:scalactic_2.12",
    "org.scalatest:scalatest_2.12",
    "com.fasterxml.jackson.core:jackson-databind",
)


@dataclass(frozen=True)
class Setting:
    """What a measurement that is no contest is given.

    Attributes:
        spark: the session.
        folder: a temporary folder.
        rows: how many rows to score.
        tasks: how many files they are in, each read by a task of its own.
        repeats: how often each contender is measured.
    """

    spark: SparkSession
    folder: Path
    rows: int
    tasks: int
    repeats: int


@contextmanager
def own_workers(spark: SparkSession, folder: Path, name: str) -> Iterator[None]:
    """Functions first called in here run in Python workers of their own, not in another peer's.

    Spark keeps workers by the command that starts them, and reuses them from query to query.
    """
    command = folder / f"python-{name}"
    if not command.exists():
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        command.chmod(0o755)
    context = spark.sparkContext
    context.pythonExec, before = str(command), context.pythonExec
    try:
        yield
    finally:
        context.pythonExec = before


def start(
    *,
    packages: Sequence[str] = (),
    with_onnx: bool = False,
    master: str = "local[2]",
    batch: int = 10_000,
) -> SparkSession:
    """Starts it, with PREDICT.

    Args:
        packages: Maven coordinates of what peers need.
        with_onnx: whether ONNX Runtime for the JVM is among them.
        master: of the session.
        batch: rows of an Arrow batch.
    """
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    os.environ.setdefault("PYTHONWARNINGS", "ignore")  # or they scroll the figures away
    quiet = (ROOT / "examples" / "log4j2.properties").as_uri()
    builder = (
        SparkSession.builder.master(master)
        .config("spark.driver.memory", "2g")
        .config("spark.sql.files.openCostInBytes", "128MB")  # never two files to a task
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", batch)
        .config("spark.driver.extraJavaOptions", f"-Dlog4j2.configurationFile={quiet}")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
    )
    if packages:
        builder = builder.config("spark.jars.packages", ",".join(packages))
        builder = builder.config("spark.jars.excludes", ",".join(EXCLUDED))
    return sparkpredict.configure(builder, onnx=with_onnx).getOrCreate()
