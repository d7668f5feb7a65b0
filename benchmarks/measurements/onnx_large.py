# SPDX-License-Identifier: Apache-2.0
"""A graph with half a gigabyte of weights beside it: seconds to the first row, and memory.

Each figure is of a process of its own: the library in Python, which opens a session and scores a
row; and an executor of one core, which has scored rows by a small graph and holds the files. The
driver has chosen the engine before, which is told apart.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import onnx

from benchmarks import timing
from benchmarks.session import ROOT, Setting
from benchmarks.zoo import nets

LAYERS = (64, *[4096] * 9, 1)  # 8 x 64 MiB, and a little
OF_PYTHON = """
import sys, time
import numpy, onnxruntime, psutil
process = psutil.Process()
before, started = process.memory_info().rss, time.perf_counter()
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(sys.argv[1], options, providers=["CPUExecutionProvider"])
loaded = time.perf_counter() - started
session.run(["y"], {"X": numpy.ones((1, 64), numpy.float32)})
seconds = time.perf_counter() - started
result = {"seconds": seconds, "load": loaded, "bytes": process.memory_info().rss - before}
"""
OF_SPARK = """
import sys, time
import psutil, sparkpredict
from benchmarks import session
spark = session.start(with_onnx=True, master="local-cluster[1,1,4096]")
spark.conf.set("spark.synapse.ml.predict.probe.maxModelBytes", str(2**30))
values = ", ".join(["1f"] * 64)

def bind(alias, uri):
    model = sparkpredict.bind_model("DOUBLE", "onnx", alias, uri, engine="onnx", spark=spark)
    model.register()
    spark.range(1).foreach(print)  # a task: the executor has the model's files then
    started = time.perf_counter()
    assert model.info().engine == "onnx"
    return time.perf_counter() - started

def ask(alias):
    started = time.perf_counter()
    spark.sql(f"SELECT PREDICT('{alias}', {values}) FROM range(1)").collect()
    return time.perf_counter() - started

bind("small", sys.argv[2])
usual = min(ask("small") for _ in range(5))
chosen = bind("large", sys.argv[1])
executor = next(
    child for child in psutil.Process().children(True) if "executor" in str(child.cmdline())
)
before = executor.memory_info().rss
seconds = ask("large")
grown = executor.memory_info().rss - before
result = {"seconds": seconds, "usual": usual, "driver": chosen, "bytes": grown}
"""


def measure(setting: Setting) -> dict[str, Any]:
    large, small = (setting.folder / name for name in ("large", "small"))
    _written(large, LAYERS)
    _written(small, (64, 1))
    runs: dict[str, list[dict[str, float]]] = {"python": [], "predict": []}
    for _ in range(setting.repeats):
        runs["python"].append(_run(OF_PYTHON, large / "model.onnx"))
        runs["predict"].append(_run(OF_SPARK, large, small))
    result: dict[str, Any] = {"runs": runs}
    for figure in ("seconds", "bytes"):
        theirs, ours = ([run[figure] for run in runs[who]] for who in ("python", "predict"))
        result[figure] = timing.paired(ours, theirs)
    return result


def _written(folder: Path, layers: tuple[int, ...]) -> None:
    folder.mkdir()
    onnx.save_model(
        nets.dense(*layers),
        str(folder / "model.onnx"),
        save_as_external_data=True,
        location="weights.bin",
    )


def _run(script: str, *arguments: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", f"{script}\nimport json\nprint(json.dumps(result))", *arguments],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found
