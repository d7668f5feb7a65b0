# SPDX-License-Identifier: Apache-2.0
"""`python -m benchmarks.run`: measures what is lacking, prints it, writes it, draws it."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import jobs, timing
from benchmarks.cells import Cell, Store
from benchmarks.jobs import Job
from benchmarks.report import figures, page, tables, targets
from benchmarks.report.progress import Progress
from benchmarks.runner import Runner
from benchmarks.scales import SCALES
from benchmarks.workloads import workloads

RESULTS = Path(__file__).with_name("results")


def main() -> int:
    options = _options()
    scale = SCALES[options.scale]
    wanted = [job for job in jobs.jobs(scale, workloads()) if _is_wanted(job, options.only)]
    if not wanted:
        print(f"nothing of scale {scale.name} is named {' or '.join(options.only)}")
        return 2
    world = jobs.world()
    store = Store(RESULTS / scale.name)
    left_out = _measure(wanted, store, world, 60 * scale.minutes)
    cells = [cell for job in wanted for cell in _known(job, store, world)]
    document = {
        "scale": scale.name,
        "machine": world["machine"],
        "targets": targets.judge(cells),
        "left_out": left_out,
        "cells": cells,
    }
    written = RESULTS / f"{scale.name}.json"
    written.write_text(json.dumps(document, indent=1) + "\n")
    print(tables.printed(cells))
    print("\n".join(targets.lines(document["targets"])))
    print(f"written to {written}")
    if left_out:
        print(f"no time was left for: {', '.join(left_out)}; run it again and it goes on")
    if options.page:
        page.FIGURES.write_text(written.read_text())
        page.main()
        print(f"written to {page.PAGE}")
    return 1 if options.strict and not all(one["met"] for one in document["targets"]) else 0


def _measure(
    wanted: Sequence[Job], store: Store, world: dict[str, Any], seconds: float
) -> list[str]:
    """Measures what is lacking, until the time is over; the names of what was left out."""
    until, left_out = time.monotonic() + seconds, []
    progress = Progress(wanted)
    runner = Runner(store, world, store.folder / "logs", progress.step)
    for job in wanted:
        lacking = job.lacking(store, world)
        if not lacking:
            progress.skipped(job)
        elif (box := job.share_of(until - time.monotonic(), lacking)) is None:
            left_out.append(job.name)
            progress.skipped(job)
        else:
            for cell in runner.run(job.within(box), lacking):
                progress.say(_told(cell))
            progress.done(job)
            if job.lacking(store, world):
                left_out.append(job.name)
    progress.close()
    return left_out


def _told(cell: Cell) -> str:
    who = f"{cell['workload']:<32} {cell['peer']:<22}"
    if not figures.is_timed(cell):
        return f"{who} {cell['status']} {cell['reason']}"
    found = timing.spread(cell["seconds"])
    return f"{who} {figures.rate(cell) / 1e6:8.3f} M rows/s  {found['median']:.2f} s"


def _known(job: Job, store: Store, world: dict[str, Any]) -> list[Cell]:
    found = (store.load(job.name, peer, job.fingerprint(peer, world)) for peer in job.peers)
    return [cell for cell in found if cell is not None]


def _is_wanted(job: Job, only: Sequence[str]) -> bool:
    return not only or job.group in only or job.name in only


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.run", description=__doc__)
    parser.add_argument("--scale", choices=SCALES, default="normal")
    parser.add_argument(
        "--only",
        nargs="+",
        default=[],
        metavar="NAME",
        help="groups or workloads, such as compiled",
    )
    parser.add_argument(
        "--page", action="store_true", help="write docs/benchmarks.md and its pictures from it"
    )
    parser.add_argument("--strict", action="store_true", help="fail when a target is missed")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
