# SPDX-License-Identifier: Apache-2.0
"""Peers take turns on one workload: prepared, checked, warmed up, then timed round by round.

A peer is warm when two runs agree, or after some seconds: short runs are those of the JVM, whose
compilers need many of them.
Each has a time box. Whoever has used its own is left out of the rounds that remain, and its figures
are of those that it took part in.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from benchmarks import reasons, timing
from benchmarks.cells import CANNOT, MEASURED, STOPPED, Cell
from benchmarks.peers import Cannot, Near

WARM_UPS = 2
MOST_WARM_UPS = 12
AGREE = 0.05  # two runs that differ by no more of the former one
WARMING = 3.0  # seconds of runs after which a peer is not warmed up further
LONG_RUN = 4.0  # a run that takes this part of the box is warm-up enough
SOMEWHAT = 5.0
# After a call: a Python worker collects garbage after its task, which would be charged to the next.
PAUSE = 0.3


@dataclass
class Entrant:
    """A peer and what it has done so far.

    Attributes:
        make: prepares it: gives a ``case.Contender``.
        near: how near its scores must be; nothing if they are not compared.
        spent: seconds of its box.
        last, before: seconds of its last run, and of the one before.
        warming: seconds of its runs so far that were not kept.
    """

    make: Callable[[], Any]
    near: Near | None
    contender: Any = None
    spent: float = 0.0
    last: float = 0.0
    before: float = 0.0
    warming: float = 0.0
    prepared: float = 0.0
    runs: list[timing.Run] = field(default_factory=list)
    status: str = MEASURED
    reason: str = ""

    @property
    def is_steady(self) -> bool:
        return abs(self.last - self.before) <= AGREE * self.before

    def leave(self, status: str, reason: str) -> None:
        self.status, self.reason = status, reason


@dataclass
class Contest:
    """One contest.

    Attributes:
        entrants: by name.
        expected: the library's scores of the checked rows.
        box: seconds that each has.
        rounds: runs of each that are measured.
        tell: is told who does what next, before it does.
        within: a context in which calls of Spark are ended after so many seconds.
        pause: seconds after each call.
        warming: seconds of runs that warm a peer up whose runs do not agree yet.
    """

    entrants: Mapping[str, Entrant]
    expected: Any
    box: float
    rounds: int
    tell: Callable[[str, str], Any] = lambda *_: None
    within: Callable[[float], AbstractContextManager[Any]] = nullcontext
    pause: float = PAUSE
    warming: float = WARMING

    def hold(self) -> dict[str, Cell]:
        """All steps; what is told of each peer."""
        for name, entrant in self.entrants.items():
            self._step(name, entrant, "prepare", lambda entrant=entrant: self._prepare(entrant))
            self._step(name, entrant, "check", lambda entrant=entrant: self._check(entrant))
        order = random.Random(0)  # noqa: S311 (the same order in each run of the benchmark)
        for at in range(MOST_WARM_UPS):
            self._round("warm up", order, [*self.entrants] if at < WARM_UPS else self._cold())
        for at in range(self.rounds):
            self._round(f"round {at + 1}", order, [*self.entrants], keep=True)
        for entrant in self.entrants.values():
            if entrant.contender is not None:
                entrant.contender.close()
        return {name: self._cell(entrant) for name, entrant in self.entrants.items()}

    def _prepare(self, entrant: Entrant) -> None:
        started = time.perf_counter()
        entrant.contender = entrant.make()
        entrant.prepared = time.perf_counter() - started

    def _check(self, entrant: Entrant) -> None:
        """Who is quick and wrong does not count."""
        if entrant.near is not None and entrant.contender.scores is not None:
            differ = difference(entrant.contender.scores(), self.expected, entrant.near)
            if differ:
                entrant.leave(CANNOT, differ)

    def _cold(self) -> list[str]:
        return [
            name
            for name, entrant in self.entrants.items()
            if entrant.warming < self.warming and not entrant.is_steady
        ]

    def _round(
        self, step: str, order: random.Random, names: list[str], *, keep: bool = False
    ) -> None:
        for name in order.sample(names, len(names)):
            entrant = self.entrants[name]
            if entrant.spent >= self.box:
                if not entrant.runs and entrant.status == MEASURED:
                    entrant.leave(STOPPED, f"its time of {self.box:g} s was over")
                continue
            if not keep and entrant.last > self.box / LONG_RUN:
                continue
            self._step(name, entrant, step, lambda e=entrant: self._run(e, keep=keep))

    def _run(self, entrant: Entrant, *, keep: bool) -> None:
        run = timing.timed(entrant.contender.run, self.pause)
        entrant.before, entrant.last = entrant.last, run.seconds
        if keep:
            entrant.runs.append(run)
        else:
            entrant.warming += run.seconds

    def _step(self, name: str, entrant: Entrant, step: str, do: Callable[[], None]) -> None:
        if entrant.status != MEASURED:
            return
        self.tell(name, step)
        # What was begun within the box may take as long as it did before, and somewhat more.
        limit = max(self.box - entrant.spent, 1.5 * entrant.last + SOMEWHAT)
        started = time.perf_counter()
        try:
            with self.within(limit):
                do()
        except Cannot as why:
            entrant.leave(CANNOT, str(why))
        except Exception as error:  # noqa: BLE001 (whatever it is, the others go on)
            if time.perf_counter() - started < limit:
                entrant.leave(CANNOT, reasons.of(error))
            elif not entrant.runs:  # with runs, it is left out of the rounds that remain
                entrant.leave(STOPPED, f"its time of {self.box:g} s was over, in: {step}")
        finally:
            entrant.spent += time.perf_counter() - started

    def _cell(self, entrant: Entrant) -> Cell:
        cell: Cell = {"status": entrant.status, "reason": entrant.reason}
        if entrant.status != MEASURED:
            return cell
        return {
            **cell,
            "prepare": entrant.prepared,
            "seconds": [run.seconds for run in entrant.runs],
            "processor": [run.processor for run in entrant.runs],
            "notes": entrant.contender.notes,
        }


def difference(found: Any, expected: Any, near: Near) -> str:
    """In what the scores differ from the library's; nothing where they do not."""
    found, expected = np.ravel(found).astype(float), np.ravel(expected).astype(float)
    if len(found) != len(expected):
        return f"it gave {len(found)} scores for {len(expected)} rows"
    limit = near.tolerance * np.maximum(np.abs(expected), 1.0)
    # A comparison with NaN is false, so a NaN is a difference.
    wrong = ~((np.abs(found - expected) <= limit) | (np.isnan(found) & np.isnan(expected)))
    if wrong.sum() <= near.share * len(expected):
        return ""
    at = int(np.argmax(wrong))
    return (
        f"its scores differ in {int(wrong.sum())} of {len(expected)} rows, "
        f"first {found[at]:.9g} for {expected[at]:.9g}"
    )
