# SPDX-License-Identifier: Apache-2.0
"""Runs the whole suite in steps, some at a time, and says at the end what failed.

`tests/unit` and `tests/once` run once; the rest on Spark's main line and on the newest;
`tests/versions` (linkage and contract) on every tested Spark. No step stops another. The other
suites are the flavors with heavy libraries, and what `make test-all` adds. Each step has a folder
for its temporary files, which is gone when it has passed.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import matrix
from steps import Step, of_flavors, plan
from versions import ROOT

# For each suite its steps, and a sentence for each that it cannot run here.
SUITES: dict[str, Callable[[], tuple[list[Step], list[str]]]] = {
    "all": plan,
    "flavors": of_flavors,
    "matrix": matrix.plan,
}
LOGS = ROOT / "target" / "tests"
# A short path: some of them are sockets.
TEMPORARY = ROOT / "target" / "tmp"
STEP_LIMIT_SECONDS = 65 * 60
IN_CI = os.environ.get("CI") == "true"


@dataclass(frozen=True)
class Result:
    """How a step ended; `summary` is pytest's last line."""

    step: Step
    passed: bool
    seconds: float
    summary: str


def main() -> int:
    """Returns 1 if a step failed, or if CI could not run one."""
    options = arguments()
    steps, missing = SUITES[options.suite]()
    if options.list:
        print("\n".join(step.name for step in steps))
        return 0
    if options.only:
        steps, missing = [step for step in steps if options.only in step.name], []
    LOGS.mkdir(parents=True, exist_ok=True)
    for sentence in missing:
        print(f"{'MISSING' if IN_CI else 'skipped'}  {sentence}", flush=True)
    with ThreadPoolExecutor(options.jobs) as pool:
        results = list(pool.map(lambda step: run(step, options.pytest), steps))
    print(total(results))
    if missing:
        print(f"left out: {'; '.join(missing)}")
    failed = [result.step.name for result in results if not result.passed]
    if failed:
        print(f"failed steps: {', '.join(failed)}; logs are in {LOGS.relative_to(ROOT)}")
    if not results:
        print("no step was run")
    return 1 if failed or not results or (missing and IN_CI) else 0


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--jobs",
        type=int,
        # One more than cores: a step waits for starting processes, and for the clock, now and then.
        default=1 + min(2, os.cpu_count() or 1),
        help="steps at a time",
    )
    parser.add_argument(
        "--suite",
        choices=list(SUITES),
        default="all",
        help="what `make test` runs, the flavors with heavy libraries, or the rest of the matrix",
    )
    parser.add_argument("--only", metavar="TEXT", help="only steps whose name contains TEXT")
    parser.add_argument("--list", action="store_true", help="print the steps' names and stop")
    parser.add_argument("pytest", nargs="*", help="after --, further arguments of pytest")
    return parser.parse_args()


def run(step: Step, pytest_arguments: list[str]) -> Result:
    """Runs one step to its end, prints its line, and prints its log if it failed."""
    log = LOGS / f"{step.name}.log"
    temporary = TEMPORARY / step.name
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    command = [str(step.python), "-m", "pytest", *step.collect, *pytest_arguments]
    started = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=step.environment(temporary),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            # Its own group, so that a step that hangs is ended together with its JVM.
            start_new_session=True,
        )
        try:
            code = process.wait(STEP_LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            code = process.wait()
    seconds = time.monotonic() - started
    text = log.read_text(encoding="utf-8", errors="replace")
    result = Result(step, code == 0, seconds, last_line(text))
    if result.passed or IN_CI:
        shutil.rmtree(temporary, ignore_errors=True)
    verdict = "ok    " if result.passed else "FAILED"
    block = "" if result.passed else text
    print(f"{block}{verdict}  {step.name:<16} {seconds:6.1f} s  {result.summary}", flush=True)
    return result


def last_line(text: str) -> str:
    """Pytest's own last line, without its frame."""
    summaries = re.findall(r"^=*\s*(.* in \d[\d.:hms ()]*)\s*=*$", text, re.MULTILINE)
    lines = summaries or text.split("\n")
    found = next((line for line in reversed(lines) if line.strip()), "no output")
    return str(found).strip("= ")


def total(results: list[Result]) -> str:
    """The sums of all steps' counts."""
    counts: Counter[str] = Counter()
    for result in results:
        for number, what in re.findall(r"(\d+) (passed|failed|error|skipped)", result.summary):
            counts["failed" if what == "error" else what] += int(number)
    return (
        f"total: {counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped"
    )


if __name__ == "__main__":
    sys.exit(main())
