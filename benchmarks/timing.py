# SPDX-License-Identifier: Apache-2.0
"""Interleaved measuring: a slow spell of the machine hits all contenders."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import psutil


class Run(NamedTuple):
    """One call.

    Attributes:
        seconds: by the clock.
        processor: seconds of processor that the JVM and its Python workers used. They do not grow
            when others use the machine.
    """

    seconds: float
    processor: float


def interleaved(
    contenders: Mapping[str, Callable[[], Any]], repeats: int, pause: float = 0.0
) -> dict[str, list[Run]]:
    """The runs of each contender, one in each round, in another order each time.

    Args:
        contenders: what to call, by name.
        repeats: rounds.
        pause: seconds after each call. A Python worker collects garbage after its task, which
            would be charged to whoever comes next.
    """
    order = random.Random(0)  # noqa: S311 (the same order in each run of the benchmark)
    runs: dict[str, list[Run]] = {name: [] for name in contenders}
    for _ in range(repeats):
        for name in order.sample([*contenders], len(contenders)):
            runs[name].append(timed(contenders[name], pause))
    return runs


def timed(call: Callable[[], Any], pause: float = 0.0) -> Run:
    """One call, and so many seconds after it."""
    processor, started = _processor(), time.perf_counter()
    call()
    seconds = time.perf_counter() - started
    time.sleep(pause)
    return Run(seconds, _processor() - processor)


def spread(values: list[float]) -> dict[str, float]:
    """Median, smallest and largest."""
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def paired(slow: list[float], fast: list[float]) -> dict[str, float]:
    """How many times as much one takes as the other, round by round."""
    return spread([one / other for one, other in zip(slow, fast)])


def _processor() -> float:
    """Processor seconds so far of everything that this process started and that still runs."""
    used = 0.0
    for process in psutil.Process().children(recursive=True):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:  # a worker that ended in between
            continue
        used += times.user + times.system
    return used
