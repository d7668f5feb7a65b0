# SPDX-License-Identifier: Apache-2.0
"""The Spark that everything runs in: local[2] and Spark's own defaults."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pyspark.sql import SparkSession

import sparkpredict
from benchmarks.peers import synapseml

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Setting:
    """What every measurement is given.

    Attributes:
        spark: the session.
        folder: a temporary folder.
        rows: how many rows to score.
        tasks: how many files they are in, each read by a task of its own.
        repeats: how often each contender is measured.
        peers: what is measured beside each other, by name: `module:function`.
        models: which models of the compiled engine's table.
    """

    spark: SparkSession
    folder: Path
    rows: int
    tasks: int
    repeats: int
    peers: dict[str, str]
    models: list[str]


@contextmanager
def own_workers(setting: Setting, name: str) -> Iterator[None]:
    """Functions made in here run in Python workers of their own, not in another contender's.

    Spark keeps workers by the command that starts them, and reuses them from query to query.
    """
    command = setting.folder / f"python-{name}"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    command.chmod(0o755)
    context = setting.spark.sparkContext
    context.pythonExec, before = str(command), context.pythonExec
    try:
        yield
    finally:
        context.pythonExec = before


def start(
    *, with_synapseml: bool = False, with_onnx: bool = False, master: str = "local[2]"
) -> SparkSession:
    """Starts it, with PREDICT."""
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    os.environ.setdefault("PYTHONWARNINGS", "ignore")  # or they scroll the figures away
    quiet = (ROOT / "examples" / "log4j2.properties").as_uri()
    builder = (
        SparkSession.builder.master(master)
        .config("spark.driver.memory", "2g")
        .config("spark.sql.files.openCostInBytes", "128MB")  # never two files to a task
        .config("spark.driver.extraJavaOptions", f"-Dlog4j2.configurationFile={quiet}")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
    )
    if with_synapseml:
        builder = synapseml.with_package(builder)
    return sparkpredict.configure(builder, onnx=with_onnx).getOrCreate()
