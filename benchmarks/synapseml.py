# SPDX-License-Identifier: Apache-2.0
"""The compiled engine beside SynapseML's ONNXModel, at its default batch and at its best one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np
from pyspark.sql.functions import expr

from benchmarks import compiled, timing
from benchmarks.engine_models import MODELS
from benchmarks.peers import synapseml
from benchmarks.scoring import PAUSE, run
from benchmarks.session import Setting

NAME = "histogram"


def measure(setting: Setting) -> dict[str, Any]:
    from skl2onnx import to_onnx

    model = MODELS[NAME]
    estimator, frame = model.fitted()
    folder = setting.folder / "beside_synapseml"
    uri = compiled.saved(folder / "model", estimator, frame)
    rows = compiled.table(setting, model, folder / "rows.parquet")
    compiled.bound(setting, f"beside_{NAME}", uri)
    example = frame.to_numpy(np.float32)[:1]
    with _whole_flags():
        graph = to_onnx(estimator, example, target_opset=synapseml.OPSETS).SerializeToString()
    frames = {"predict": rows.select(expr(f"PREDICT('engine_beside_{NAME}', *)").alias("score"))}
    for batch in synapseml.BATCHES:
        frames[f"synapseml_{batch}"] = synapseml.scored(rows, graph, "X", "variable", batch)
    _same(frames)
    runs = {who: partial(run, scored) for who, scored in frames.items()}
    result = timing.contest(runs, setting.repeats, PAUSE, rows.count())
    seconds = result["seconds"]
    peers = [who for who in seconds if who != "predict"]
    best = min(peers, key=lambda who: timing.spread(seconds[who])["median"])
    result["best_batch"] = best
    result["against_best_batch"] = timing.paired(seconds[best], seconds["predict"])
    result["against_default_batch"] = timing.paired(seconds[peers[0]], seconds["predict"])
    rates = ", ".join(f"{who} {rate / 1e6:.3f}" for who, rate in result["rows_per_second"].items())
    print(f"{NAME}: {rates} M rows/s", flush=True)
    return {NAME: result}


@contextmanager
def _whole_flags() -> Iterator[None]:
    """skl2onnx gives flags where ONNX wants whole numbers, which newer protobufs do not take."""
    from onnx import helper

    make = helper.make_attribute

    def of_numbers(key: str, value: Any, *rest: Any, **named: Any) -> Any:
        if isinstance(value, (list, tuple)) and any(
            isinstance(one, (bool, np.bool_)) for one in value
        ):
            value = [int(one) for one in value]
        return make(key, value, *rest, **named)

    helper.make_attribute = of_numbers
    try:
        yield
    finally:
        helper.make_attribute = make


def _same(frames: dict[str, Any]) -> None:
    """Who is quick and wrong does not count: float32 against the model's own double."""
    found = {
        who: frame.limit(1000).toPandas()["score"].map(np.mean).to_numpy()
        for who, frame in frames.items()
    }
    for who, scores in found.items():
        assert np.allclose(scores, found["predict"], rtol=1e-3, atol=1e-3), who
