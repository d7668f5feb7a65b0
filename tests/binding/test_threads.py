# SPDX-License-Identifier: Apache-2.0
"""A thread of a notebook binds in the session that the process started."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import sparkpredict
from scores import by_sql


def in_a_new_thread(call):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(call).result()


def test_a_model_that_another_thread_bound_scores_here(spark, alias, points, regression):
    def bind():
        return sparkpredict.bind_model("DOUBLE", "mlflow", alias, str(regression)).register()

    model = in_a_new_thread(bind)
    try:
        assert alias in in_a_new_thread(sparkpredict.models)
        assert by_sql(model, points) == regression.scores(points.collect())
    finally:
        model.unregister()
