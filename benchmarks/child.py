# SPDX-License-Identifier: Apache-2.0
"""`python -m benchmarks.child TASK`: does one task in a process of its own, and tells of it.

The task is JSON. What is told goes to standard output, one JSON value a line: who does what next,
so that whoever started this knows who hangs or has ended the process, and the cells. All else that
is printed goes to standard error.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from benchmarks import alone, measurements, prepared, session
from benchmarks.contest import Contest, Entrant
from benchmarks.peers import PEERS
from benchmarks.workloads import Workload

Tell = Callable[..., None]


def main(text: str) -> None:
    task = json.loads(text)
    told = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    logging.getLogger("mlflow").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        KINDS[task["kind"]](task, Path(folder), _teller(told))


def _teller(told: TextIO) -> Tell:
    def tell(**values: Any) -> None:
        told.write(json.dumps(values) + "\n")
        told.flush()

    return tell


def _contest(task: dict[str, Any], folder: Path, tell: Tell) -> None:
    workload, names = Workload(**task["workload"]), task["peers"]
    case = prepared.case(prepared.spark(workload, names), workload, folder)
    entrants = {
        name: Entrant(lambda peer=PEERS[name]: peer.make(case), PEERS[name].checked(workload))
        for name in names
    }
    contest = Contest(
        entrants,
        expected=case.model.predict(case.checked.toPandas()[[*case.columns]]),
        box=task["box"],
        rounds=task["rounds"],
        tell=lambda name, step: tell(peer=name, step=step),
        within=lambda seconds: _ended_after(case.spark, seconds),
    )
    for name, cell in contest.hold().items():
        tell(cell={**cell, "peer": name})


def _alone(task: dict[str, Any], folder: Path, tell: Tell) -> None:
    (name,) = task["peers"]
    workload = Workload(**task["workload"])
    case = prepared.case(prepared.spark(workload, [name]), workload, folder)
    tell(peer=name, step="alone")
    tell(cell={**alone.measure(case, PEERS[name]), "peer": name})


def _measure(task: dict[str, Any], folder: Path, tell: Tell) -> None:
    tell(peer=task["peers"][0], step="measure")
    setting = session.Setting(session.start(), folder, **task["setting"])
    figures = measurements.MEASUREMENTS[task["workload"]](setting)
    tell(cell={"status": "measured", "reason": "", "peer": task["peers"][0], "figures": figures})


KINDS = {"contest": _contest, "alone": _alone, "measure": _measure}


@contextmanager
def _ended_after(spark: Any, seconds: float) -> Iterator[None]:
    """Spark's jobs of a step that takes longer are cancelled, and so the step fails."""
    timer = threading.Timer(seconds, spark.sparkContext.cancelAllJobs)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


if __name__ == "__main__":
    main(sys.argv[1])
