# SPDX-License-Identifier: Apache-2.0
"""What 1, 10 and 100 calls add to planning, against as many of a pandas UDF in the same query."""

from __future__ import annotations

from functools import partial
from typing import Any

import sparkpredict
from benchmarks import data, timing, zoo
from benchmarks.peers import by_hand, loading
from benchmarks.session import Setting

CALLS = (1, 10, 100)
WARMUPS = {1: 40, 10: 15, 100: 4}
FUNCTIONS = {"predict": "PREDICT('planned', ", "pandas_udf": "handwritten("}
ROUNDS = {1: 60, 10: 30, 100: 7}


def measure(setting: Setting) -> dict[str, Any]:
    """Milliseconds from SQL text to physical plan, by the number of different calls."""
    spark = setting.spark
    model = zoo.find("linear").trained(setting.folder / "model")
    rows = data.table(spark, setting.folder / "rows", setting.rows, setting.tasks, data.frame)
    rows.createOrReplaceTempView("planned")
    sparkpredict.bind_model("DOUBLE", "mlflow", "planned", model.uri).register()
    load = partial(loading.scorer, model.uri, model.columns)
    spark.udf.register("handwritten", by_hand.of_columns(load, len(model.columns)))
    return {str(calls): _measured(spark, calls) for calls in CALLS}


def _measured(spark: Any, calls: int) -> dict[str, Any]:
    def plan(call: str) -> None:
        frame = spark.sql(f"SELECT {call} FROM planned")  # noqa: S608 (our own calls)
        frame._jdf.queryExecution().executedPlan()  # noqa: SLF001 (no public way to plan only)

    others = ", ".join(data.COLUMNS[1:])
    first = data.COLUMNS[0]
    contenders = {
        name: ", ".join(f"{function}{first} + {at}, {others})" for at in range(calls))
        for name, function in FUNCTIONS.items()
    }
    runs = {name: (lambda text=text: plan(text)) for name, text in contenders.items()}
    timing.interleaved(runs, WARMUPS[calls])
    measured = timing.interleaved(runs, ROUNDS[calls])
    milliseconds = {name: [1000 * run.seconds for run in runs] for name, runs in measured.items()}
    added = [p - u for p, u in zip(milliseconds["predict"], milliseconds["pandas_udf"])]
    return {
        "milliseconds": {name: timing.spread(values) for name, values in milliseconds.items()},
        "added": timing.spread(added),
    }
