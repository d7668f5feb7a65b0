# SPDX-License-Identifier: Apache-2.0
"""Binds a saved model without Spark, and scores with it as a worker does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from pyspark.sql import types as t

from scores import plain
from sparkpredict import answers, inspect, package
from sparkpredict.worker import loading, models
from sparkpredict.worker.batch import Scorer
from sparkpredict.worker.columns import Batch


@dataclass(frozen=True)
class Asked:
    """A model, what was found out of it, and what is returned of it."""

    model: Any
    descriptor: Any
    answer: answers.Answer
    spec: dict[str, Any]

    def scores(self, frame, params=None):
        """For each row of a frame the carrier's value; a dict for a struct."""
        ready = models.ready(self.model, self.spec)
        columns = tuple(frame[name].reset_index(drop=True) for name in frame.columns)
        columns = (frame,) if self.spec["layout"] == "frame" else columns
        scorer = Scorer({**self.spec, "on_error": "fail"}, lambda: ready)
        column = scorer.column(Batch(columns, params=params))
        if hasattr(column, "columns"):
            return [{k: plain(v) for k, v in row.items()} for row in column.to_dict("records")]
        return [plain(value) for value in column.tolist()]


def inspected(folder):
    """What is found out of a saved model, and the model."""
    found = package.read(folder)
    model = loading.load(found.folder, "m", str(folder))
    return found, model, inspect.inspected(found, "0" * 64, model)


def ask(folder, declared=None, output=None, params=None):
    """A saved model as it is bound."""
    found, model, told = inspected(folder)
    kind = parsed(declared) if declared is not None else None
    answer = answers.settle(kind, output, package=found, inspected=told, alias="m", uri=str(folder))
    spec = {
        **told.descriptor.scoring(),
        "alias": "m",
        "output": output,
        "params": params,
        "answer": answer.ask,
        "carrier": answer.carrier.shape,
    }
    return Asked(model, told.descriptor, answer, spec)


def parsed(ddl):
    """A DDL text as a type. Before 4.0 pyspark itself asks a running JVM."""
    fields = re.findall(r"(\w+) ((?:\w+)(?:<[^>]*>)?)(?:, |$)", ddl)
    if not fields or ddl.startswith("MAP"):
        return _value(ddl)
    return t.StructType([t.StructField(name, _value(kind)) for name, kind in fields])


def _value(text):
    name, _, inside = text.removesuffix(">").partition("<")
    if name == "ARRAY":
        return t.ArrayType(_value(inside))
    if name == "MAP":
        return t.MapType(*(_value(part) for part in inside.split(", ")))
    return SCALARS[name]()


SCALARS = {
    "INT": t.IntegerType,
    "BIGINT": t.LongType,
    "FLOAT": t.FloatType,
    "DOUBLE": t.DoubleType,
    "STRING": t.StringType,
}
