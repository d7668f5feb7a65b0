# SPDX-License-Identifier: Apache-2.0
"""The engine onnx beside SynapseML's ONNXModel and MLflow's UDF, on the same graphs and rows."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, Schema
from onnx import TensorProto, helper, numpy_helper
from pyspark.sql import DataFrame
from pyspark.sql.functions import expr, struct

import sparkpredict
from benchmarks import session, timing
from benchmarks.peers import synapseml
from benchmarks.scoring import PAUSE, run
from benchmarks.session import Setting

LAYERS = {"onnx_linear": (9, 1), "onnx_mlp": (64, 128, 64, 1)}


def measure(setting: Setting) -> dict[str, Any]:
    return {name: _graph(setting, name, layers) for name, layers in LAYERS.items()}


def net(layers: tuple[int, ...]) -> Any:
    """Dense layers with ReLU between, that also SynapseML's ONNX Runtime loads."""
    random = np.random.default_rng(0)
    nodes, constants, last = [], [], "X"
    for at, (wide, narrow) in enumerate(zip(layers, layers[1:])):
        weights = random.normal(size=(wide, narrow)) / np.sqrt(wide)
        for name, values in ((f"w{at}", weights), (f"b{at}", random.normal(size=narrow))):
            constants.append(numpy_helper.from_array(values.astype(np.float32), name))
        end = at == len(layers) - 2
        made = "y" if end else f"h{at}"
        nodes.append(helper.make_node("Gemm", [last, f"w{at}", f"b{at}"], [made]))
        if not end:
            nodes.append(helper.make_node("Relu", [made], [f"r{at}"]))
        last = f"r{at}"
    given = helper.make_tensor_value_info("X", TensorProto.FLOAT, ["n", layers[0]])
    answer = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 1])
    graph = helper.make_graph(nodes, "net", [given], [answer], constants)
    opsets = [helper.make_opsetid(domain, version) for domain, version in synapseml.OPSETS.items()]
    return helper.make_model(graph, opset_imports=opsets, ir_version=7)


def _graph(setting: Setting, name: str, layers: tuple[int, ...]) -> dict[str, Any]:
    graph, uri = net(layers), str(setting.folder / name)
    payload = graph.SerializeToString()  # MLflow's saving takes the weights out of the graph
    columns = [ColSpec("double", f"x{at}") for at in range(layers[0])]
    signature = ModelSignature(Schema(columns), Schema([ColSpec("float")]))
    mlflow.onnx.save_model(graph, uri, signature=signature, pip_requirements=["onnxruntime"])
    rows = _rows(setting, setting.folder / f"{name}.parquet", layers[0])
    sparkpredict.bind_model(
        "DOUBLE", "mlflow", name, uri, engine="onnx", spark=setting.spark
    ).register()
    frames = {"scan": rows, "predict": rows.select(expr(f"PREDICT('{name}', *)").alias("score"))}
    for batch in synapseml.BATCHES:
        frames[f"synapseml_{batch}"] = synapseml.scored(rows, payload, "X", "y", batch)
    with session.own_workers(setting, f"mlflow-{name}"):
        theirs = mlflow.pyfunc.spark_udf(setting.spark, uri, "double", env_manager="local")
        frames["mlflow_spark_udf"] = rows.select(theirs(struct(*rows.columns)).alias("score"))
    _same(frames)
    runs = {who: partial(run, scored) for who, scored in frames.items()}
    result = timing.contest(runs, setting.repeats, PAUSE, rows.count())
    seconds = result["seconds"]
    peers = [who for who in seconds if who.startswith("synapseml")]
    best = min(peers, key=lambda who: timing.spread(seconds[who])["median"])
    result["best_batch"] = best
    for told, who in (
        ("against_default_batch", peers[0]),
        ("against_best_batch", best),
        ("against_mlflow", "mlflow_spark_udf"),
        ("of_the_scan", "scan"),
    ):
        result[told] = timing.paired(seconds[who], seconds["predict"])
    rates = ", ".join(f"{who} {rate / 1e6:.3f}" for who, rate in result["rows_per_second"].items())
    print(f"{name}: {rates} M rows/s", flush=True)
    return result


def _rows(setting: Setting, folder: Path, wide: int) -> DataFrame:
    folder.mkdir()
    for at in range(setting.tasks):
        values = np.random.default_rng(at).normal(size=(wide, setting.rows // setting.tasks))
        columns = {f"x{place}": column for place, column in enumerate(values)}
        pq.write_table(pa.table(columns), folder / f"{at}.parquet", use_dictionary=False)
    return setting.spark.read.parquet(str(folder))


def _same(frames: dict[str, DataFrame]) -> None:
    """Who is quick and wrong does not count."""
    found = {
        who: frame.limit(1000).toPandas()["score"].map(np.mean).to_numpy()
        for who, frame in frames.items()
        if who != "scan"
    }
    for who, scores in found.items():
        assert np.allclose(scores, found["predict"], rtol=1e-4, atol=1e-4), who
