# SPDX-License-Identifier: Apache-2.0
"""The engine onnx beside SynapseML's ONNXModel and MLflow's UDF, on the same graphs and rows."""

from __future__ import annotations

from functools import partial
from typing import Any

import mlflow
import numpy as np
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, Schema
from onnx import TensorProto, helper, numpy_helper
from pyspark.sql.functions import expr

import sparkpredict
from benchmarks import compiled, data, timing
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
    files = setting.folder / f"{name}.parquet"
    make = partial(data.numbers, columns=layers[0])
    rows = data.written(setting, files, setting.rows, make, dictionaries=False)
    sparkpredict.bind_model(
        "DOUBLE", "mlflow", name, uri, engine="onnx", spark=setting.spark
    ).register()
    frames = {"scan": rows, "predict": rows.select(expr(f"PREDICT('{name}', *)").alias("score"))}
    peers = synapseml.by_batch(rows, payload, "X", "y")
    frames.update(peers)
    frames["mlflow_spark_udf"] = compiled.by_mlflow(setting, name, uri, rows)
    synapseml.check(frames, 1e-4)
    runs = {who: partial(run, scored) for who, scored in frames.items()}
    result = timing.contest(runs, setting.repeats, PAUSE, rows.count())
    synapseml.against(result, peers)
    seconds = result["seconds"]
    result["against_mlflow"] = timing.paired(seconds["mlflow_spark_udf"], seconds["predict"])
    result["of_the_scan"] = timing.paired(seconds["scan"], seconds["predict"])
    print(f"{name}: {timing.rates(result)}", flush=True)
    return result
