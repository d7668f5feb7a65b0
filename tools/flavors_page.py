# SPDX-License-Identifier: Apache-2.0
"""The page docs/flavors.md: what each flavor takes and gives, and which engines score it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

HEAD = """\
Every model that MLflow loads as a Python function can be bound. For the flavors of the table
PREDICT asks the library itself, which gives more than MLflow's `predict` and costs less. Their
tests compare SQL, `model.udf`, the Transformer and `model.predict` with the library's own
answers."""

NUMBERS, TEXTS, TENSORS = "numbers", "texts and categories", "arrays of any rank"

# Inputs beyond MLflow's signature, and outputs beyond `predict`, for flavors that tell by name.
FLAVORS: dict[str, tuple[str, str]] = {
    "sklearn": (
        f"{NUMBERS}, {TEXTS}",
        "the estimator's methods: `predict_proba`, `decision_function`, `transform`, ...",
    ),
    "xgboost": (
        f"{NUMBERS}, {TEXTS}",
        "`predict_proba`, `raw_score`, `leaf`, `contributions`",
    ),
    "lightgbm": (
        f"{NUMBERS}, {TEXTS}",
        "`predict_proba`, `raw_score`, `leaf`, `contributions`",
    ),
    "catboost": (
        f"{NUMBERS}, {TEXTS}",
        "`predict_proba`, `predict_log_proba`, `raw_score`, `leaf`, `contributions`",
    ),
    "statsmodels": (f"{NUMBERS}, {TEXTS} by a formula", ""),
    "prophet": ("dates as `ds`, regressors", "the columns of the forecast: `yhat`, `trend`, ..."),
    "onnx": (f"{NUMBERS}, texts, {TENSORS}", "the graph's outputs"),
    "pytorch": (f"{NUMBERS}, {TENSORS}", "the keys of a dict; the places of a tuple"),
    "tensorflow": (f"{NUMBERS}, texts, {TENSORS}", "the signature's outputs"),
    "keras": (f"{NUMBERS}, {TENSORS}", "the names of the output layers"),
    "pyfunc": ("what the signature says", "the keys of a dict; the columns of a frame"),
    "spark": ("the pipeline's own columns", "the pipeline's columns: `probability`, ..."),
}

TAIL = """\
A flavor that is not in the table, such as `transformers` or `spacy`, is scored as `pyfunc` is.

## Pipelines of Spark ML

MLflow's flavor `spark` is a pipeline that Spark applies to a whole frame, so it is no expression.
The Transformer applies it in the JVM: `prediction`, or the column that `output=` names, is cast
to the declared type; fields are the pipeline's columns by their names. PREDICT in SQL and
`model.udf` refuse it with `PREDICT_IS_PIPELINE`. A client of Spark Connect cannot load one.

## What a Python worker may use

- Threads: those of the task, `spark.task.cpus`. BLAS, OpenMP and PyTorch are told by
  `OMP_NUM_THREADS`, TensorFlow and
  joblib (`n_jobs=-1`) by their own variables.
- GPUs: those that Spark gave the task (`spark.task.resource.gpu.amount`), else none. Set
  `spark.executorEnv.CUDA_VISIBLE_DEVICES` to decide it yourself. What you set in the executors'
  environment is never changed.
- Logs: progress bars are off; TensorFlow and Transformers write errors only.
- Memory: a worker holds each model once. It forgets one that no task has asked for in ten minutes
  as soon as it loads another, and Spark ends idle workers after a minute: after `unregister()` a
  model's memory is free then.

## Requirements

When a model is bound, what its `requirements.txt` wants is compared with what is installed there,
by MLflow's own check: one warning tells all differences, and `bind_model(..., strict=True)`
refuses the model. A library that an executor lacks ends the query with
`PREDICT_MODEL_LIBRARY_MISSING`, which names package and host."""


def body(engines: Callable[[str], str], table: Callable[[tuple[str, ...], list[Any]], str]) -> str:
    """The page below its head.

    Args:
        engines: the engines that score a flavor, by the code that decides.
        table: makes a Markdown table.
    """
    rows = [
        (f"`{flavor}`", takes, gives or "`predict` only", engines(flavor))
        for flavor, (takes, gives) in FLAVORS.items()
    ]
    return f"{table(('Flavor', 'Takes', '`output=`', 'Engines'), rows)}\n\n{TAIL}"
