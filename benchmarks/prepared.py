# SPDX-License-Identifier: Apache-2.0
"""Makes a workload ready: its session, its model trained and saved, its rows in Parquet."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import numpy as np
from pyspark.sql import SparkSession

from benchmarks import data, session, zoo
from benchmarks.case import Case
from benchmarks.peers import PEERS
from benchmarks.workloads import Workload

CHECKED = 2_000
SEED_OF_CHECKED = 1_000_003  # no file of the rows has it
REACH_IT = 0.99


def spark(workload: Workload, peers: Collection[str]) -> SparkSession:
    """A session for these peers, whose packages it has."""
    packages = {PEERS[name].package for name in peers} - {""}
    return session.start(
        packages=sorted(packages),
        with_onnx=workload.model.startswith("onnx_") or "predict_onnx" in peers,
        master=f"local[{workload.cores}]",
        batch=workload.batch,
    )


def case(spark: SparkSession, workload: Workload, folder: Path) -> Case:
    """A case: all that its peers are given."""
    model = zoo.find(workload.model)
    trained = model.trained(folder / "model")
    sample = trained.predict(model.frame(CHECKED, SEED_OF_CHECKED + 1)[[*trained.columns]])
    checked = data.table(
        spark,
        folder / "checked",
        CHECKED,
        1,
        lambda rows, _: model.frame(rows, SEED_OF_CHECKED),
    )
    return Case(
        spark=spark,
        folder=folder,
        workload=workload,
        model=trained,
        rows=model.table(spark, folder / "rows", workload.rows, workload.tasks),
        checked=checked,
        above=float(np.quantile(sample, REACH_IT)),
    )
