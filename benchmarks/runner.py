# SPDX-License-Identifier: Apache-2.0
"""Runs jobs, each in a process of its own, which it ends when a step takes too long.

Whoever hangs or ends the process is told so in its cell, and the others start again without it.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import reasons
from benchmarks.cells import CANNOT, MEASURED, STOPPED, Cell, Store
from benchmarks.jobs import ROOT, Job
from benchmarks.workloads import BESIDE

GRACE = 60.0  # seconds beyond a time box, for what Spark cannot cancel
READY = 900.0  # seconds to train a model, write rows and start a session
FLAVORS = ROOT / ".venv" / "envs" / "flavors" / "bin" / "python"

Start = Callable[[dict[str, Any], Path], "subprocess.Popen[str]"]


def start(task: dict[str, Any], log: Path) -> subprocess.Popen[str]:
    """A process for a task, in a group of its own, so that its JVM and workers end with it."""
    about = task["workload"]
    has_own = isinstance(about, dict) and about["group"] == "flavors" and FLAVORS.is_file()
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a") as errors:
        return subprocess.Popen(
            [FLAVORS if has_own else sys.executable, "-m", "benchmarks.child", json.dumps(task)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
        )


@dataclass
class Runner:
    """Runs jobs and stores their cells.

    Attributes:
        store: where cells are kept.
        world: what all figures depend on.
        logs: a folder, for what the processes print.
        tell: is told of each step: the job, the peer, what it does.
        start: starts a process.
    """

    store: Store
    world: dict[str, Any]
    logs: Path
    tell: Callable[[Job, str, str], Any] = lambda *_: None
    start: Start = start
    grace: float = GRACE
    ready: float = READY

    def run(self, job: Job, lacking: tuple[str, ...]) -> list[Cell]:
        """The cells that were lacking, measured.

        They are stored, but for those that a short time box has cut: another run has more time.
        """
        run = {"contest": self._contest, "alone": self._alone, "measure": self._contest}
        found = run[job.kind](job, lacking)
        anchors = {name: found[name] for name in BESIDE if name in found}
        made = []
        for peer in lacking:
            cell = {
                **{name: value for name, value in job.about.items() if name != "peers"},
                "workload": job.name,
                **found[peer],
                "peer": peer,
                "fingerprint": job.fingerprint(peer, self.world),
                "load": os.getloadavg()[0],
                "beside": {
                    name: {what: anchor[what] for what in ("seconds", "processor")}
                    for name, anchor in anchors.items()
                    if job.kind == "contest" and anchor["status"] == MEASURED
                },
            }
            made.append(cell)
            if not (job.is_short and _is_cut(cell, job.rounds)):
                self.store.save(cell)
        return made

    def _contest(self, job: Job, lacking: tuple[str, ...]) -> dict[str, Cell]:
        peers, found = [*job.beside(lacking)], {}
        while peers:
            cells, culprit = self._once(job, peers)
            found.update(cells)
            peers = [peer for peer in peers if peer not in found] if culprit else []
        return found

    def _alone(self, job: Job, lacking: tuple[str, ...]) -> dict[str, Cell]:
        """A process for each peer and round, in turns."""
        runs: dict[str, list[Cell]] = {peer: [] for peer in lacking}
        for _ in range(job.rounds):
            for peer, before in runs.items():
                if all(cell["status"] == MEASURED for cell in before):
                    before.append(self._once(job, [peer])[0][peer])
        return {peer: _merged(cells) for peer, cells in runs.items()}

    def _once(self, job: Job, peers: list[str]) -> tuple[dict[str, Cell], bool]:
        """What a process told; whether one peer has ended it, so that the rest must start again."""
        log = self.logs / f"{job.name}.log"
        process = self.start({**job.task, "kind": job.kind, "box": job.box, "peers": peers}, log)
        cells: dict[str, Cell] = {}
        at: tuple[str, str] | None = None
        try:
            for told in self._told(process, job.box + self.grace):
                if "cell" in told:
                    cells[told["cell"]["peer"]] = told["cell"]
                else:
                    at = told["peer"], told["step"]
                    self.tell(job, *at)
        except BaseException as error:
            _end(process)  # also when this process is interrupted: it leads a group of its own
            if not isinstance(error, queue.Empty):
                raise
            status, why = STOPPED, f"it hung for {job.box + self.grace:.0f} s"
        else:
            status, why = CANNOT, _ended(process.wait(), log)
        missing = [peer for peer in peers if peer not in cells]
        if not missing:
            return cells, False
        if at is None:  # before any peer's turn
            return {**cells, **{peer: {"status": status, "reason": why} for peer in missing}}, False
        culprit, step = at
        return {culprit: {"status": status, "reason": f"{why}, in: {step}"}}, True

    def _told(self, process: subprocess.Popen[str], longest: float) -> Iterator[dict[str, Any]]:
        """What a process tells.

        Raises:
            queue.Empty: nothing came for too long.
        """
        lines: queue.Queue[str | None] = queue.Queue()

        def read() -> None:
            assert process.stdout is not None
            for line in process.stdout:
                lines.put(line)
            lines.put(None)

        threading.Thread(target=read, daemon=True).start()
        limit = self.ready
        while (line := lines.get(timeout=limit)) is not None:
            yield json.loads(line)
            limit = longest


def _is_cut(cell: Cell, rounds: int) -> bool:
    return cell["status"] == STOPPED or len(cell.get("seconds", [0] * rounds)) < rounds


def _end(process: subprocess.Popen[str]) -> None:
    os.killpg(process.pid, signal.SIGKILL)  # the group that it leads
    process.wait()


def _ended(code: int, log: Path) -> str:
    if code < 0:
        return f"it ended the process by {signal.Signals(-code).name}"
    lines = log.read_text(errors="replace").splitlines()[-40:] if log.is_file() else []
    return reasons.of(RuntimeError("\n".join(lines) or f"the process ended with {code}"))


def _merged(cells: list[Cell]) -> Cell:
    """Several processes' figures as lists."""
    if cells[-1]["status"] != MEASURED:
        return cells[-1]
    told = {"status", "reason", "peer"}
    return {
        **{name: cells[0][name] for name in told},
        **{name: [cell[name] for cell in cells] for name in cells[0] if name not in told},
    }
