# SPDX-License-Identifier: Apache-2.0
"""A model's memory goes with the binding on the driver, and with its idle worker on an executor."""

from __future__ import annotations

import gc
import weakref

import psutil
import pyspark
import pytest
from mlflow.models import infer_signature

import saved
from scores import by_sql

LARGE = 200 * 2**20


def large(folder):
    """A model that takes much memory where it is loaded, and answers with its process."""

    def load():
        import builtins

        builtins.held = bytearray(b"1") * LARGE

    def process(frame):
        import os

        return [os.getpid()] * len(frame)

    return saved.pyfunc(folder, process, load=load, signature=infer_signature(saved.sample("ab")))


def minute_without_tasks(spark):
    """What Spark does with its workers after one, without the minute."""
    environment = spark._jvm.org.apache.spark.SparkEnv.get()
    field = environment.getClass().getDeclaredField("pythonWorkers")
    field.setAccessible(True)
    factories = field.get(environment).values().iterator()
    while factories.hasNext():
        factory = factories.next()
        getattr(factory, f"{factory.getClass().getName().replace('.', '$')}$$cleanupIdleWorkers")()


@pytest.mark.skipif(
    pyspark.__version__ >= "4", reason="py4j cannot look into Spark 4's SparkEnv; 3.5 shows it"
)
def test_an_idle_worker_ends_and_frees_the_models_that_it_held(spark, bind, points, tmp_path):
    model = bind(large(tmp_path), "INT", engine="python")
    (process,) = set(by_sql(model, points.select("a", "b")))
    worker = psutil.Process(process)
    assert worker.memory_info().rss > LARGE
    model.unregister()
    minute_without_tasks(spark)
    worker.wait(timeout=20)


def test_the_driver_forgets_a_model_that_is_unregistered(bind, points, regression):
    model = bind(regression, engine="python")
    expected = model.predict(points.toPandas())
    held = weakref.ref(model._loaded._model_impl)
    model.unregister()
    gc.collect()
    assert held() is None
    assert model.predict(points.toPandas()).equals(expected)
