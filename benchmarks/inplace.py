# SPDX-License-Identifier: Apache-2.0
"""The compiled engine beside XGBoost's own inplace_predict on one core, without Spark.

What a core scores: the query's processor time, scan and all, against the library's on an array that
is there already.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from pyspark.sql.functions import expr

from benchmarks import compiled, timing
from benchmarks.engine_models import MODELS
from benchmarks.scoring import PAUSE, run
from benchmarks.session import Setting

NAME = "xgboost_200"
BATCHES = (1024, 8192, 65_536)


def measure(setting: Setting) -> dict[str, Any]:
    model = MODELS[NAME]
    estimator, frame = model.fitted()
    folder = setting.folder / "beside_inplace"
    uri = compiled.saved(folder / "model", estimator, frame)
    files = folder / "rows.parquet"
    rows = compiled.table(setting, model, files)
    compiled.bound(setting, f"beside_{NAME}", uri)
    count = rows.count()
    values = pd.read_parquet(files).to_numpy(np.float32)
    booster = estimator.get_booster()
    booster.set_param({"nthread": 1})
    call = rows.select(expr(f"PREDICT('engine_beside_{NAME}', *)").alias("score"))
    runs = {"predict": partial(run, call)}
    for batch in BATCHES:
        runs[f"inplace_{batch}"] = partial(_inplace, booster, values, batch)
    result = timing.contest(runs, setting.repeats, PAUSE, count)
    seconds, processor = result["seconds"], result["processor_seconds"]
    # One thread: by the clock, which leaves nothing out, is its processor time.
    best = timing.fastest(seconds, (who for who in seconds if who != "predict"))
    result["best_batch"] = best
    result["processor_against_best_batch"] = timing.paired(seconds[best], processor["predict"])
    print(f"{NAME}: {timing.rates(result)}", flush=True)
    return result


def _inplace(booster: Any, values: Any, batch: int) -> None:
    for start in range(0, len(values), batch):
        booster.inplace_predict(values[start : start + batch])
