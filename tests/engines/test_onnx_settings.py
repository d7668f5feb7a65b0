# SPDX-License-Identifier: Apache-2.0
"""How a session of ONNX Runtime in the JVM runs its graph: threads, options, GPU."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest
from py4j.java_gateway import get_field

import onnx_graphs
from scores import by_sql
from sparkpredict import conf as keys
from sparkpredict.errors import BindArgumentError

pytestmark = pytest.mark.classic

MANY = 33  # threads: more than the JVM starts by itself meanwhile


@pytest.fixture
def bare(bare):
    return partial(bare, engine="onnx")


@pytest.fixture
def jvm(spark):
    return spark.sparkContext._jvm


@pytest.fixture
def engine(jvm):
    return jvm.io.sparkpredict.engine.onnx


@pytest.fixture
def tasks_have_cores(spark):
    """Sets what a session reads when it is opened."""
    found = spark.sparkContext._jsc.sc().conf()
    yield lambda count: found.set("spark.task.cpus", str(count))
    found.remove("spark.task.cpus")


@pytest.mark.parametrize("cores", [1, MANY])
def test_a_session_has_a_thread_for_each_core_of_a_task(
    bare, spark, jvm, engine, tasks_have_cores, tmp_path, cores
):
    model = bare(onnx_graphs.linear(tmp_path / "model.onnx"), "DOUBLE")
    pointer = json.loads(spark.conf.get(keys.BINDING + model.alias.encode().hex()))
    graph = engine.OnnxScoring.graph(pointer["artifact"])
    engine.Sessions.evict(0)
    tasks_have_cores(cores)
    threads = Path(f"/proc/{jvm.java.lang.ProcessHandle.current().pid()}/task")
    before = len([*threads.iterdir()])
    lease = engine.OnnxScoring.lease(pointer["artifact"], graph, jvm.scala.Option.empty())
    started = len([*threads.iterdir()]) - before
    lease.release()
    engine.Sessions.evict(0)
    assert abs(started - (cores - 1)) < MANY // 4


def settings(jvm, engine, stated, cores=2):
    node = jvm.com.fasterxml.jackson.databind.ObjectMapper().readTree(json.dumps(stated))
    found = engine.StatedOptions.of(node)
    if found.isLeft():
        return found.left().get()
    made = found.right().get().settings(cores, False, jvm.scala.Option.empty())
    names = ("threads", "branches", "isParallel", "gpu")
    return (
        *(get_field(made, name) for name in names),
        str(get_field(made, "level")),
        dict(get_field(made, "entries")),
    )


def test_the_models_options_go_before_those_of_tasks(jvm, engine):
    quiet = {"session.intra_op.allow_spinning": "0"}
    assert settings(jvm, engine, {}) == (2, 1, False, -1, "ALL_OPT", quiet)
    stated = {
        "intra_op_num_threads": 3,
        "inter_op_num_threads": 4,
        "execution_mode": "parallel",
        "graph_optimization_level": 0,
        "extra_session_config": {"session.intra_op.allow_spinning": "1", "other": "x"},
    }
    busy = {"session.intra_op.allow_spinning": "1", "other": "x"}
    assert settings(jvm, engine, stated) == (3, 4, True, -1, "NO_OPT", busy)


def test_an_option_that_the_library_does_not_know_is_a_reason(jvm, engine):
    told = settings(jvm, engine, {"graph_optimization_level": 7})
    assert told == (
        "MLmodel states a session option graph_optimization_level of '7', "
        "which is none of ONNX Runtime's"
    )


@pytest.fixture
def gpu(spark, jvm, engine):
    """What a task with these GPUs runs a graph on."""
    return partial(_gpu, spark.sparkContext._gateway, jvm, engine)


def _gpu(gateway, jvm, engine, device, *addresses):
    listed = gateway.new_array(jvm.java.lang.String, len(addresses))
    for at, address in enumerate(addresses):
        listed[at] = address
    given = jvm.org.apache.spark.resource.ResourceInformation("gpu", listed)
    found = engine.Device.of(device, {"gpu": given} if addresses else {})
    if found.isLeft():
        return found.left().get()
    return found.right().get().get() if found.right().get().isDefined() else None


def test_a_task_takes_the_gpu_that_spark_gave_it(gpu):
    assert gpu("cuda", "3") == 3
    assert gpu("cuda", "1", "0") == 1
    assert gpu("cpu", "3") is None
    assert "Spark gave the task no GPU" in gpu("cuda")
    assert "a GPU 'MIG-1', and ONNX Runtime takes one by its number" in gpu("cuda", "MIG-1")


def test_a_task_without_a_gpu_ends_with_a_sentence(bare, pairs, tmp_path):
    model = bare(onnx_graphs.linear(tmp_path / "model.onnx"), "DOUBLE", device="cuda")
    assert " on cuda, 2 nodes" in model.info().reasons["onnx"]
    with pytest.raises(Exception, match=r"PREDICT_DEVICE_UNAVAILABLE.*gave the task no GPU"):
        by_sql(model, pairs)


def test_a_library_without_cuda_says_so(jvm, engine, tmp_path):
    path = onnx_graphs.linear(tmp_path / "model.onnx")
    node = jvm.com.fasterxml.jackson.databind.ObjectMapper().readTree("{}")
    stated = engine.StatedOptions.of(node).right().get()
    on_gpu = stated.settings(1, False, jvm.scala.Option.apply(0))
    runtime = engine.Library.runtime().right().get()
    with pytest.raises(Exception, match="CUDA"):
        runtime.open(str(path), on_gpu)


@pytest.mark.parametrize("engine", ["auto", "python"])
def test_a_gpu_is_of_the_engine_onnx(bare, tmp_path, engine):
    path = onnx_graphs.linear(tmp_path / "model.onnx")
    with pytest.raises(BindArgumentError, match="device is 'cuda'"):
        bare(path, "DOUBLE", engine=engine, device="cuda")
