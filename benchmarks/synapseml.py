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
    peers = synapseml.by_batch(rows, graph, "X", "variable")
    frames.update(peers)
    synapseml.check(frames, 1e-3)
    runs = {who: partial(run, scored) for who, scored in frames.items()}
    result = timing.contest(runs, setting.repeats, PAUSE, rows.count())
    synapseml.against(result, peers)
    print(f"{NAME}: {timing.rates(result)}", flush=True)
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
