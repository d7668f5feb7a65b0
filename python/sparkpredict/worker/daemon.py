# SPDX-License-Identifier: Apache-2.0
"""Spark's Python daemon with the models' libraries imported, for workers that are forked from it.

A task that stops early, as under LIMIT, ends its worker; the next query then waits for a new one to
import MLflow and the model's library. Set ``spark.python.daemon.module`` to
``sparkpredict.worker.daemon`` when the application starts, where this package is installed on the
executors, and they are imported once. The environment variable ``SPARKPREDICT_PRELOAD`` names
others, separated by commas.

Libraries that start threads when they are imported must not be among them: a fork copies memory,
not threads. Models are loaded by each worker.
"""

from __future__ import annotations

import gc
import importlib
import os

DEFAULT = "numpy,pandas,pyarrow,mlflow.pyfunc"
VARIABLE = "SPARKPREDICT_PRELOAD"


def preload() -> None:
    """Imports the libraries and exempts them from collections, so that forks keep sharing them.

    Raises:
        ImportError: one of them is not installed.
    """
    for name in os.environ.get(VARIABLE, DEFAULT).split(","):
        importlib.import_module(name.strip())
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    from pyspark.daemon import manager

    preload()
    manager()  # type: ignore[no-untyped-call]
