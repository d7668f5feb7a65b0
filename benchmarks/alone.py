# SPDX-License-Identifier: Apache-2.0
"""One peer in a process of its own: from a fresh session to its first row; peaks of memory."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Event, Thread
from typing import TYPE_CHECKING

import numpy as np
import psutil

from benchmarks import contest, reasons
from benchmarks.cells import CANNOT, MEASURED, Cell
from benchmarks.peers import Cannot, Peer

if TYPE_CHECKING:
    from benchmarks.case import Case

EVERY = 0.05  # seconds
# The JVM's memory and Python's do not grow alike: one is the heap that it was given.
JVM, PYTHON = "jvm", "python"


def measure(case: Case, peer: Peer) -> Cell:
    """The first row, then all rows, then whether the scores are right."""
    with peaks() as memory:
        started = time.perf_counter()
        try:
            contender = peer.make(case)
            prepared = time.perf_counter() - started
            contender.first()
            first = time.perf_counter() - started
            contender.run()
            whole = time.perf_counter() - started
        except Cannot as why:
            return {"status": CANNOT, "reason": str(why)}
        except Exception as error:  # noqa: BLE001 (whatever it is, the table tells it)
            return {"status": CANNOT, "reason": reasons.of(error)}
    expected = case.model.predict(case.checked.toPandas()[[*case.columns]])
    differ = contest.difference(contender.scores(), np.asarray(expected), peer.near)
    if differ:
        return {"status": CANNOT, "reason": differ}
    return {
        "status": MEASURED,
        "reason": "",
        "prepare": prepared,
        "first_row": first,
        "whole": whole,
        "before": memory.before,
        "peak": memory.peak,
    }


@dataclass
class Memory:
    """Resident bytes of the JVM and of the Python processes that it started."""

    before: dict[str, int]
    peak: dict[str, int]


@contextmanager
def peaks() -> Iterator[Memory]:
    """Looks every so often, and keeps the largest."""
    before = resident()
    memory, ended = Memory(before, dict(before)), Event()

    def look() -> None:
        while not ended.wait(EVERY):
            now = resident()
            memory.peak = {who: max(memory.peak[who], now[who]) for who in now}

    thread = Thread(target=look, daemon=True)
    thread.start()
    try:
        yield memory
    finally:
        ended.set()
        thread.join()


def resident() -> dict[str, int]:
    """Bytes now. Pages that forked workers share count for each of them."""
    found = {JVM: 0, PYTHON: 0}
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # a worker that ended in between
            who = JVM if process.name().startswith("java") else PYTHON
            found[who] += process.memory_info().rss
    return found
