# SPDX-License-Identifier: Apache-2.0
"""What PREDICT adds to planning: one call against one call of a pandas UDF, same query."""

from __future__ import annotations

from typing import Any

import sparkpredict
from benchmarks import data, handwritten, models, timing
from benchmarks.session import Setting

WARMUPS = 40
ROUNDS = 60


def measure(setting: Setting) -> dict[str, Any]:
    """Milliseconds from SQL text to physical plan."""
    spark, uri = setting.spark, models.linear(setting.folder / "planning")
    data.table(setting).createOrReplaceTempView("planned")
    sparkpredict.bind_model("DOUBLE", "mlflow", "planned", uri).register()
    spark.udf.register("handwritten", handwritten.udf(uri))

    def plan(call: str) -> None:
        frame = spark.sql(f"SELECT {call} FROM planned")  # noqa: S608 (our own call)
        frame._jdf.queryExecution().executedPlan()  # noqa: SLF001 (no public way to plan only)

    columns = ", ".join(data.COLUMNS)
    measured = timing.interleaved(
        {
            "predict": lambda: plan(f"PREDICT('planned', {columns})"),
            "pandas_udf": lambda: plan(f"handwritten({columns})"),
        },
        ROUNDS,
        WARMUPS,
    )
    milliseconds = {name: [1000 * run.seconds for run in runs] for name, runs in measured.items()}
    added = [p - u for p, u in zip(milliseconds["predict"], milliseconds["pandas_udf"])]
    result = {
        "milliseconds": {name: timing.spread(values) for name, values in milliseconds.items()},
        "added": timing.spread(added),
    }
    print(f"planning: {result}", flush=True)
    return result
