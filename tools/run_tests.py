# SPDX-License-Identifier: Apache-2.0
"""Runs the whole suite in steps, two at a time, and says at the end what failed.

`tests/unit` and `tests/once` run once; the rest on Spark's main line and on the newest;
`tests/versions` (linkage and contract) on every tested Spark. No step stops another.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import checks
from azure_environments import AZURE_ML, AZURE_ML_PYTHON
from environments import OLD_SPARK, PYTHON
from venvs import SPARKS, VENV
from versions import OLD_PYTHON, ROOT, Tested, joined, main_spark, old_spark, supported, tested

LOGS = ROOT / "target" / "tests"
STEP_LIMIT_SECONDS = 50 * 60
IN_CI = os.environ.get("CI") == "true"

# A developer's own Spark must not be the one that is tested.
NOT_INHERITED = ("PYTHONPATH", "PYSPARK_SUBMIT_ARGS", "SPARK_CONF_DIR", "SPARK_HOME")


@dataclass(frozen=True)
class Step:
    """One run of pytest: what it collects, and the Python and Spark that it runs on.

    With `connect` its session is a client of a Spark Connect server. `engine` is the one by which
    the tests bind that name none. A `long` one takes more time than all others.
    """

    name: str
    collect: tuple[str, ...]
    spark: str
    python: Path = VENV / "bin" / "python"
    spark_folder: Path | None = None
    connect: bool = False
    engine: str = "auto"
    long: bool = False

    def environment(self) -> dict[str, str]:
        """The variables that make this step's Spark and Python the ones in use."""
        inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
        own = {
            "PYSPARK_PYTHON": str(self.python),
            "PYSPARK_DRIVER_PYTHON": str(self.python),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARKPREDICT_ENGINE": self.engine,
            "SPARKPREDICT_SPARK_VERSION": self.spark,
        }
        if self.connect:
            own["SPARKPREDICT_CONNECT"] = "1"
        if self.spark_folder is not None:
            own["PYTHONPATH"] = str(self.spark_folder)
        return {**inherited, **own}


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
    steps, missing = plan()
    if options.list:
        print("\n".join(step.name for step in steps))
        return 0
    if options.only:
        steps, missing = [step for step in steps if options.only in step.name], []
    LOGS.mkdir(parents=True, exist_ok=True)
    for sentence in missing:
        print(f"{'MISSING' if IN_CI else 'skipped'}  {sentence}", flush=True)
    lanes = list(filter(None, lanes_of(steps))) if options.jobs > 1 else [steps]
    with ThreadPoolExecutor(max(1, len(lanes))) as pool:
        done = pool.map(lambda lane: [run(step, options.pytest) for step in lane], lanes)
        results = [result for lane in done for result in lane]
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
        choices=(1, 2),
        default=min(2, os.cpu_count() or 1),
        help="steps at a time; with two, the long ones run beside the others",
    )
    parser.add_argument("--only", metavar="TEXT", help="only steps whose name contains TEXT")
    parser.add_argument("--list", action="store_true", help="print the steps' names and stop")
    parser.add_argument("pytest", nargs="*", help="after --, further arguments of pytest")
    return parser.parse_args()


def plan() -> tuple[list[Step], list[str]]:
    """The steps in order, and a sentence for each Spark that cannot be tested here."""
    main_version = main_spark(PYTHON)
    newest = supported(PYTHON)[-1]
    steps = [step("unit", ("tests/unit",), main_version)]
    steps += [
        step(f"versions-{entry.spark}", ("tests/versions",), entry) for entry in supported(PYTHON)
    ]
    missing = [
        f"Spark {entry.spark}: it does not support Python {joined(PYTHON)}; "
        f"run make with PYTHON=python{joined(entry.python_max)}"
        for entry in tested()
        if entry not in (*supported(PYTHON), old_spark())
    ]
    if OLD_SPARK.is_dir():
        old = old_spark().spark
        python = OLD_SPARK / "bin" / "python"
        steps.append(Step(f"versions-{old}", ("tests/versions",), old, python))
    else:
        missing.append(f"Spark {old_spark().spark}: install Python {joined(OLD_PYTHON)}")
    found, lacking = of_azure(main_version, newest)
    steps += found
    missing += lacking
    # On a new Python the main Spark is the newest: once is enough.
    for entry in dict.fromkeys((main_version, newest)):
        # Each engine runs on both lines, once in a classic session and once from a client.
        engine, other = ("auto", "python") if entry == newest else ("python", "auto")
        whole = step(f"all-{entry.spark}", rest(entry), entry)
        steps.append(replace(whole, engine=engine, long=True))
        if entry.scala == "2.13" or entry.connect is not None:
            remote = step(f"connect-{entry.spark}", by_a_client(entry), entry)
            steps.append(replace(remote, connect=True, engine=other))
    steps.append(step("once", ("tests/once",), main_version))
    return steps, missing


def lanes_of(steps: list[Step]) -> tuple[list[Step], list[Step]]:
    """The short steps, and the long ones: never two of these at once."""
    return [step for step in steps if not step.long], [step for step in steps if step.long]


def of_azure(main_version: Tested, newest: Tested) -> tuple[list[Step], list[str]]:
    """The steps that need Azurite, the second one with Azure ML's SDKs; and what is lacking."""
    if checks.node_major() < checks.OLDEST_NODE:
        return [], [f"tests/azure: install Node {checks.OLDEST_NODE} or newer"]
    steps = [step("azure", ("tests/azure", "--ignore=tests/azure/sdk"), main_version)]
    if not AZURE_ML.is_dir():
        return steps, [f"tests/azure/sdk: run make with PYTHON=python{joined(AZURE_ML_PYTHON)}"]
    python, folder = AZURE_ML / "bin" / "python", SPARKS / newest.spark
    steps.append(Step("azure-sdk", ("tests/azure/sdk",), newest.spark, python, folder))
    return steps, []


def rest(entry: Tested) -> tuple[str, ...]:
    """What runs on each main line. Only the wheels of Spark 4 carry a Connect server."""
    elsewhere = ["azure", "unit", "once", "versions"]
    if entry.scala == "2.12":
        elsewhere.append("connect")
    return ("tests", *(f"--ignore=tests/{folder}" for folder in elsewhere))


def by_a_client(entry: Tested) -> tuple[str, ...]:
    """What runs once more from a client of a Connect server; see the marker `classic`."""
    engines = ("bad_rows", "binding_modes", "calls", "nulls", "udf")
    both = ["tests/sql/test_golden.py", *(f"tests/engines/test_{name}.py" for name in engines)]
    if entry.scala == "2.12":
        return (*both, "tests/binding/test_aliases.py")
    # Of Spark 3.5 a client is told no condition by name, and its SQL knows no streams.
    more = (
        "query_errors",
        "streams",
        "features",
        "outputs_of_models",
        "return_types",
        "transformer",
    )
    both += [f"tests/engines/test_{name}.py" for name in more]
    return (*both, "tests/binding", "tests/compat", "tests/docs/test_blocks.py")


def step(name: str, collect: tuple[str, ...], entry: Tested) -> Step:
    """A step on `.venv`'s Python, with that Spark in front unless it is `.venv`'s own."""
    own = entry == main_spark(PYTHON)
    return Step(name, collect, entry.spark, spark_folder=None if own else SPARKS / entry.spark)


def run(step: Step, pytest_arguments: list[str]) -> Result:
    """Runs one step to its end, prints its line, and prints its log if it failed."""
    log = LOGS / f"{step.name}.log"
    command = [str(step.python), "-m", "pytest", *step.collect, *pytest_arguments]
    started = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=step.environment(),
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
