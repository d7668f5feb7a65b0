# SPDX-License-Identifier: Apache-2.0
"""The engine onnx beside SynapseML's ONNXModel, MLflow's UDF, and the library alone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import mlflow
import numpy as np
import pandas as pd
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, Schema, TensorSpec
from pyspark.sql import DataFrame
from pyspark.sql.functions import expr

import sparkpredict
from benchmarks import compiled, data, timing
from benchmarks.onnx_nets import NETS, Net
from benchmarks.peers import synapseml
from benchmarks.scoring import PAUSE, run
from benchmarks.session import Setting

CORES = 2  # of the session
RAW_BATCH = 1024


def measure(setting: Setting) -> dict[str, Any]:
    return {name: _net(setting, name, net) for name, net in NETS.items()}


def _net(setting: Setting, name: str, net: Net) -> dict[str, Any]:
    graph, uri = net.graph(), str(setting.folder / name)
    payload = graph.SerializeToString()  # MLflow's saving takes the weights out of the graph
    mlflow.onnx.save_model(graph, uri, signature=_signature(net), pip_requirements=["onnxruntime"])
    files = setting.folder / f"{name}.parquet"
    count = int(setting.rows * net.rows)
    rows = data.written(setting, files, count, partial(_frame, net), dictionaries=False)
    sparkpredict.bind_model(
        "DOUBLE", "mlflow", name, uri, engine="onnx", spark=setting.spark
    ).register()
    frames = {"scan": rows, "predict": rows.select(expr(f"PREDICT('{name}', *)").alias("score"))}
    peers = synapseml.by_batch(rows, payload, "X", "y")
    frames.update(peers)
    if not net.is_image:  # MLflow's UDF takes no arrays in an array
        frames["mlflow_spark_udf"] = compiled.by_mlflow(setting, name, uri, rows)
    synapseml.check(frames, 1e-4)
    runs = {who: partial(run, scored) for who, scored in frames.items()}
    runs["library_alone"] = partial(_alone, payload, _batches(net, rows))
    result = timing.contest(runs, setting.repeats, PAUSE, rows.count())
    _compare(result, peers)
    print(f"{name}: {timing.rates(result)}", flush=True)
    return result


def _signature(net: Net) -> ModelSignature:
    if net.is_image:
        return ModelSignature(Schema([TensorSpec(np.dtype("float32"), (-1, *net.shape), "X")]))
    columns = [ColSpec("double", f"x{at}") for at in range(net.shape[0])]
    return ModelSignature(Schema(columns), Schema([ColSpec("float")]))


def _frame(net: Net, rows: int, seed: int) -> pd.DataFrame:
    if not net.is_image:
        return data.numbers(rows, seed, net.shape[0])
    values = np.random.default_rng(seed).normal(size=(rows, np.prod(net.shape)))
    return pd.DataFrame({"X": [*values.astype(np.float32)]})


def _batches(net: Net, rows: DataFrame) -> list[Any]:
    """The rows as the library takes them, in batches that it is quick with."""
    frame = rows.toPandas()
    values = np.stack(frame["X"].to_numpy()) if net.is_image else frame.to_numpy()
    values = values.astype(np.float32).reshape(-1, *net.shape)
    return [values[at : at + RAW_BATCH] for at in range(0, len(values), RAW_BATCH)]


def _alone(payload: bytes, batches: list[Any]) -> None:
    """What one core can do: one thread, the rows in memory, the session opened by the way."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(payload, options, providers=["CPUExecutionProvider"])
    for batch in batches:
        session.run(["y"], {"X": batch})


def _compare(result: dict[str, Any], peers: dict[str, DataFrame]) -> None:
    seconds = result["seconds"]
    synapseml.against(result, peers)
    for who, paired in _paired(seconds):
        result[f"against_{who}"] = paired
    alone = timing.paired(seconds["library_alone"], seconds["predict"])
    result["of_the_library"] = {what: times / CORES for what, times in alone.items()}


def _paired(seconds: dict[str, list[float]]) -> Iterator[tuple[str, dict[str, float]]]:
    for who in ("mlflow_spark_udf", "scan"):
        if who in seconds:
            yield who, timing.paired(seconds[who], seconds["predict"])
