# SPDX-License-Identifier: Apache-2.0
"""The steps of the tests: what each collects, and on which Python and Spark it runs."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import checks
from azure_environments import AZURE_ML, AZURE_ML_PYTHON
from environments import OLD_SPARK, PYTHON
from flavors_environment import FLAVORS
from venvs import SPARKS, VENV
from versions import OLD_PYTHON, Tested, joined, main_spark, old_spark, supported, tested

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


def of_all() -> tuple[list[Step], list[str]]:
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


def of_flavors() -> tuple[list[Step], list[str]]:
    """The flavors with libraries of their own, on the main Spark and on the newest, at once."""
    main_version = main_spark(PYTHON)
    steps = []
    for entry in dict.fromkeys((main_version, supported(PYTHON)[-1])):
        own = step(f"flavors-{entry.spark}", ("tests/flavors",), entry)
        steps.append(
            replace(own, python=FLAVORS / "bin" / "python", long=entry is not main_version)
        )
    return steps, []


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
    elsewhere = ["azure", "flavors", "unit", "once", "versions"]
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


# What each suite of run_tests.py runs, and a sentence for each thing that it cannot run here.
SUITES: dict[str, Callable[[], tuple[list[Step], list[str]]]] = {
    "all": of_all,
    "flavors": of_flavors,
}
