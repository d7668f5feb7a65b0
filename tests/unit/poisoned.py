# SPDX-License-Identifier: Apache-2.0
"""A model that fails on some rows, without Spark and MLflow."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pyspark.sql import types as t

from sparkpredict import returns
from sparkpredict.worker.batch import Scorer
from sparkpredict.worker.columns import Batch
from sparkpredict.worker.models import Loaded

BAD = {3, 8}
ROWS = 10


class Model:
    """Answers by a function of x; fails where x is bad, and notes how many rows it was given."""

    def __init__(self, answer=lambda x: x * 2.0, error=ValueError, bad=BAD):
        self.answer = answer
        self.error = error
        self.bad = bad
        self.given = []
        self.params = []

    def predict(self, data, params=None):
        self.given.append(len(data))
        self.params.append(params)
        bad = [int(x) for x in data["x"] if x in self.bad]
        if bad:
            raise self.error(f"{bad[0]} is bad")
        return self.answer(data["x"].to_numpy())


def scorer(model, on_error, declared=None, counted=None, **more):
    carrier = returns.carrier(declared or t.DoubleType(), None, capture=on_error == "capture")
    choice = {
        "alias": "m",
        "digest": "0" * 64,
        "layout": "columns",
        "names": ["x"],
        "carrier": carrier.shape,
        "on_error": on_error,
        "params": None,
        **more,
    }
    count = None if counted is None else counted.append
    return Scorer(choice, lambda: Loaded(model.predict, by_matrix=False), count)


def batch(rows=ROWS, **more):
    return Batch((pd.Series(np.arange(rows, dtype=np.float64)),), **more)
