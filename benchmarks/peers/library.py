# SPDX-License-Identifier: Apache-2.0
"""The library alone: a process for each core, the rows in memory before the clock starts.

A limit, not a way to score a table: nothing is read and nothing is kept.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from benchmarks.case import Case, Contender
from benchmarks.peers import Cannot, loading

SCRIPT = Path(__file__).with_name("library_process.py")
# Read by the libraries when they are loaded.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def alone(case: Case) -> Contender:
    files = sorted(Path(name.removeprefix("file:")) for name in case.rows.inputFiles())
    if len({file.parent for file in files}) > 1:
        raise Cannot("its rows come from a join")
    cores = case.workload.cores
    if len(files) < cores:
        raise Cannot("fewer files than cores")
    processes = [_started(case, files[at::cores]) for at in range(cores)]

    def run() -> None:
        for process in processes:
            _pipe(process.stdin).write("score\n")
            _pipe(process.stdin).flush()
        for process in processes:
            _until(process, "scored")

    def close() -> None:
        for process in processes:
            _pipe(process.stdin).close()
            process.wait(30)

    for process in processes:
        _until(process, "ready")
    scorer = loading.scorer(case.model.uri, case.columns)
    rows = case.checked.toPandas()
    columns = [rows[name] for name in case.columns]
    return Contender(run, lambda: np.asarray(scorer(columns), dtype=float), close=close)


def _started(case: Case, files: list[Path]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), case.model.uri, ",".join(case.columns), *map(str, files)],
        env={**os.environ, **ONE_THREAD, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _until(process: subprocess.Popen[str], word: str) -> None:
    for line in _pipe(process.stdout):
        if line.startswith(word):
            return
    raise RuntimeError(f"the library's process ended with {process.wait()}")


def _pipe(pipe: object) -> object:
    assert pipe is not None
    return pipe
