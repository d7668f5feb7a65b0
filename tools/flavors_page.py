# SPDX-License-Identifier: Apache-2.0
"""The page docs/flavors.md: what each flavor takes and gives, and which engines score it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

SHOWN = Path(__file__).resolve().parent.parent / "tests" / "flavors" / "shown.json"

HEAD = """\
Every model that MLflow loads as a Python function can be bound. For the flavors of the table
PREDICT asks the library itself, which gives more than MLflow's `predict` and costs less.

The table is what `make test-flavors` has compared with the library's own answers, on Spark 3.5 and
on the newest, each in SQL, by `model.udf`, by the Transformer and by `model.predict`: it is written
by the tests, and they fail where it tells what none of them has shown. A pipeline of Spark ML is
compared by the Transformer and `model.predict`. Engines are those that take models of the flavor;
`info()` tells which one scores yours, and why no other. More inputs and outputs of scikit-learn,
XGBoost, LightGBM and ONNX are compared by other tests; see [outputs](outputs.md),
[which estimators compile](estimators.md) and [ONNX](onnx.md)."""

TAIL = """\
A flavor that the table lacks and that has a `python_function`, such as `spacy`, is scored as
`pyfunc` is, by MLflow's own `predict`. So is `transformers`.

## Pipelines of Spark ML

MLflow's flavor `spark` is a pipeline that Spark applies to a whole frame, so it is no expression.
The Transformer applies it in the JVM: `prediction`, or the column that `output=` names, is cast
to the declared type; fields are the pipeline's columns by their names. PREDICT in SQL and
`model.udf` refuse it with `PREDICT_IS_PIPELINE`. A client of Spark Connect cannot load one.

## What a Python worker may use

- Threads: those of the task, `spark.task.cpus`. BLAS, OpenMP and PyTorch are told by
  `OMP_NUM_THREADS`, TensorFlow and joblib (`n_jobs=-1`) by their own variables. Spark 3.3 and 3.4
  set `OMP_NUM_THREADS` to the executor's cores: set `spark.executorEnv.OMP_NUM_THREADS` there.
- GPUs: those that Spark gave the task (`spark.task.resource.gpu.amount`), else none. Set
  `spark.executorEnv.CUDA_VISIBLE_DEVICES` to decide it yourself. What you set in the executors'
  environment is never changed.
- Logs: progress bars are off; TensorFlow and Transformers write errors only.
- Memory: a worker holds each model once. It forgets one that no task has asked for in ten minutes
  at its next task, and Spark ends workers that had no task for a minute: after `unregister()` a
  model's memory is free then. The process that bound it frees its own copy at once.

## Requirements

When a model is bound, what its `requirements.txt` wants is compared, by MLflow's own check, with
what is installed in the Python that calls `bind_model`: the driver's, or that of a client of Spark
Connect. One warning, `PREDICT_REQUIREMENTS_MISMATCH`, tells all differences;
`bind_model(..., strict=True)` refuses the model with the same sentence. Executors are not asked
when a model is bound: a library that one of them lacks ends the query with one sentence,
`PREDICT_MODEL_LIBRARY_MISSING`, which names package, host and the line for pip."""


def body(engines: Callable[[str], str], table: Callable[[tuple[str, ...], list[Any]], str]) -> str:
    """The page below its head.

    Args:
        engines: the engines that score a flavor, by the code that decides.
        table: makes a Markdown table.
    """
    rows = [(f"`{flavor}`", takes, gives, engines(flavor)) for flavor, takes, gives in shown()]
    return f"{table(('Flavor', 'Takes', 'Gives', 'Engines'), rows)}\n\n{TAIL}"


def shown() -> Iterator[tuple[str, str, str]]:
    """What was compared; in one row what differs by the output only."""
    found = sorted(tuple(row) for row in json.loads(SHOWN.read_text(encoding="utf-8")))
    for (flavor, takes), alike in groupby(found, lambda row: row[:2]):
        yield flavor, takes, "; ".join(row[2] for row in alike)
