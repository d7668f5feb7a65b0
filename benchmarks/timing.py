# SPDX-License-Identifier: Apache-2.0
"""Interleaved measuring: a slow spell of the machine hits all contenders."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import psutil

WITHIN = 0.05


class Run(NamedTuple):
    """One call.

    Attributes:
        seconds: by the clock.
        processor: seconds of processor that the JVM and its Python workers used. They do not grow
            when others use the machine.
    """

    seconds: float
    processor: float


def contest(
    contenders: Mapping[str, Callable[[], Any]], repeats: int, pause: float, rows: int
) -> dict[str, Any]:
    """Warms up, measures, and says for each contender seconds, processor and rows per second.

    Args:
        contenders: what to call, by name; each scores all rows.
        repeats: rounds.
        pause: seconds after each call, as in `interleaved`.
        rows: how many there are.
    """
    warmed_up = warm_up(contenders, pause)
    measured = interleaved(contenders, repeats, pause)
    seconds = {name: [run.seconds for run in runs] for name, runs in measured.items()}
    return {
        "warm_up": warmed_up,
        "seconds": seconds,
        "processor_seconds": {
            name: [run.processor for run in runs] for name, runs in measured.items()
        },
        "rows_per_second": {
            name: rows / spread(values)["median"] for name, values in seconds.items()
        },
    }


def warm_up(
    contenders: Mapping[str, Callable[[], Any]], pause: float = 0.0, most: int = 8
) -> dict[str, Any]:
    """Passes over all contenders until two in a row use the processor alike.

    Args:
        contenders: what to call, by name.
        pause: seconds after each call, as in `interleaved`.
        most: passes after which it ends all the same.

    Returns:
        The passes' processor seconds, and whether the last two agree within 5 %.
    """
    passes: list[float] = []
    while len(passes) < most and not _agree(passes):
        rounds = interleaved(contenders, 1, pause)
        passes.append(sum(run.processor for runs in rounds.values() for run in runs))
    return {"processor_seconds": passes, "agree": _agree(passes)}


def _agree(passes: list[float]) -> bool:
    return len(passes) > 1 and abs(passes[-1] - passes[-2]) <= WITHIN * passes[-2]


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
            processor, started = _processor(), time.perf_counter()
            contenders[name]()
            seconds = time.perf_counter() - started
            time.sleep(pause)
            runs[name].append(Run(seconds, _processor() - processor))
    return runs


def spread(values: list[float]) -> dict[str, float]:
    """Median, smallest and largest."""
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def paired(slow: list[float], fast: list[float]) -> dict[str, float]:
    """How many times as much one takes as the other, round by round."""
    return spread([one / other for one, other in zip(slow, fast)])


def fastest(seconds: Mapping[str, list[float]], names: Iterable[str]) -> str:
    """Who of these takes the least by the clock."""
    return min(names, key=lambda who: spread(seconds[who])["median"])


def rates(result: Mapping[str, Any]) -> str:
    """The rows per second of all contenders of a contest, in words."""
    found = result["rows_per_second"].items()
    return ", ".join(f"{who} {rate / 1e6:.3f}" for who, rate in found) + " M rows/s"


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
