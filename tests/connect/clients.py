# SPDX-License-Identifier: Apache-2.0
"""Clients of a server in processes of their own, and what their scripts begin with."""

from __future__ import annotations

import sys
from pathlib import Path

from connect_environments import CLIENT
from fresh import run

# Nothing of Spark but the client: no jar, no JVM, no SPARK_HOME.
THIN = CLIENT / "bin" / "python"
# The whole pyspark under test, told by SPARK_REMOTE that it is a client.
FULL = Path(sys.executable)

BEGIN = """
__file__ = "a script"  # without a file pyspark takes the process for its own doctests
import os, sys
import numpy as np, pandas as pd, mlflow
from sklearn.linear_model import LinearRegression
from mlflow.models import infer_signature
from pyspark.sql import SparkSession, functions as F
import sparkpredict

frame = pd.DataFrame(np.random.default_rng(7).normal(size=(50, 2)), columns=["a", "b"])

def saved(path, weights=(2.0, -1.0)):
    estimator = LinearRegression().fit(frame, frame @ np.array(weights) + 0.5)
    # exact steps: with others BLAS answers with other last bits for another size of batch
    estimator.coef_, estimator.intercept_ = np.array(weights), 0.5
    mlflow.sklearn.save_model(
        estimator, path, signature=infer_signature(frame, estimator.predict(frame)),
        pip_requirements=["mlflow", "scikit-learn"],
    )
    return path

def f(a, b, weights=(2.0, -1.0)):
    return weights[0] * a + weights[1] * b + 0.5

def error(call):
    try:
        call()
    except Exception as found:
        return [type(found).__name__, str(found).partition("\\n\\nJVM stacktrace")[0]]

def bind(alias, path, **options):
    return sparkpredict.bind_model("DOUBLE", "mlflow", alias, path, **options).register()

spark = SparkSession.builder.getOrCreate()
"""


def client(server, script, *arguments, python=THIN, **options):
    """Runs a script as a client of a server and gives what it passed to `result(...)`."""
    if python == THIN:
        options = {"PYTHONPATH": None, "JAVA_HOME": None, **options}
    remote = options.pop("remote", server.url)
    return run(BEGIN + script, *arguments, python=python, SPARK_REMOTE=remote, **options)
