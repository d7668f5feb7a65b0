# SPDX-License-Identifier: Apache-2.0
"""A bar with the time that is left, by the steps that were told of."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from tqdm import tqdm

from benchmarks.jobs import Job

BAR = "{percentage:3.0f} %|{bar}| {elapsed} gone, {remaining} left  {desc}"


class Progress:
    """Counts steps. A job that was skipped, or told less than it might have, counts in full."""

    def __init__(self, jobs: Iterable[Job]) -> None:
        # No smoothing: a slow workload says little of the next.
        self._bar = tqdm(
            total=sum(job.steps for job in jobs),
            bar_format=BAR,
            smoothing=0,
            mininterval=1 if sys.stderr.isatty() else 30,
        )
        self._of_job = 0

    def step(self, job: Job, peer: str, step: str) -> None:
        self._bar.set_description_str(f"{job.name}: {peer}, {step}", refresh=False)
        if self._of_job < job.steps:
            self._of_job += 1
            self._bar.update(1)

    def done(self, job: Job) -> None:
        self._bar.update(job.steps - self._of_job)
        self._of_job = 0

    def skipped(self, job: Job) -> None:
        """Takes its steps away: what was measured before says nothing of the time that is left."""
        self._bar.total -= job.steps
        self._bar.refresh()

    def say(self, text: str) -> None:
        self._bar.write(text)

    def close(self) -> None:
        self._bar.close()
