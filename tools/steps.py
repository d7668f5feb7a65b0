# SPDX-License-Identifier: Apache-2.0
"""The steps of the tests: what each collects, and on which Python and Spark it runs."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

import checks
import class_archives
from azure_environments import AZURE_ML, AZURE_ML_PYTHON
from environments import PYTHON
from flavors_environment import FLAVORS
from library_environments import SETS, LibrarySet
from spark_environments import OLD_SPARK
from venvs import SPARKS, VENV
from versions import OLD_PYTHON, Tested, joined, main_spark, old_spark, supported, tested

VERSIONS = ("tests/versions",)
# What must be so on each Spark.
CONTRACT = (*VERSIONS, "tests/sql/test_golden.py", "tests/compat/test_synapse_tutorial.py")

# What a test's JVM is started with: nearly all of them end before their second compiler and their
# collector's threads would pay, and take two thirds of the processor's time without.
SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
# What the second compiler makes of our loops is run by these.
KERNELS = tuple(
    f"tests/engines/test_{name}.py"
    for name in ("arithmetic", "batches", "compiled", "estimators", "forests", "programs")
)

# A developer's own Spark must not be the one that is tested.
NOT_INHERITED = ("PYTHONPATH", "PYSPARK_SUBMIT_ARGS", "SPARK_CONF_DIR", "SPARK_HOME")


@dataclass(frozen=True)
class Step:
    """One run of pytest: what it collects, and the Python and Spark that it runs on.

    With `connect` its session is a client of a Spark Connect server. `engine` is the one by which
    the tests bind that name none. `java_options` is what all its JVMs get. `spark_home` has Spark's
    jars where those of pyspark are not wanted; `java_home` is another JDK than the usual.
    """

    name: str
    collect: tuple[str, ...]
    spark: str
    python: Path = VENV / "bin" / "python"
    spark_folder: Path | None = None
    connect: bool = False
    engine: str = "auto"
    java_options: str = SHORT_LIVED
    spark_home: Path | None = None
    java_home: Path | None = None

    def environment(self, temporary: Path) -> dict[str, str]:
        """The variables that make this step's Spark and Python the ones in use.

        Args:
            temporary: the folder of all its temporary files, also those of its JVMs.
        """
        inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
        own = {
            "PYSPARK_PYTHON": str(self.python),
            "PYSPARK_DRIVER_PYTHON": str(self.python),
            "JAVA_TOOL_OPTIONS": " ".join(self.java(temporary)),
            # libgomp's threads spin while they wait, on cores that another step would use.
            "OMP_WAIT_POLICY": "passive",
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARKPREDICT_ENGINE": self.engine,
            "SPARKPREDICT_SPARK_VERSION": self.spark,
            "TMPDIR": str(temporary),
        }
        if self.connect:
            own["SPARKPREDICT_CONNECT"] = "1"
        if self.spark_folder is not None:
            own["PYTHONPATH"] = str(self.spark_folder)
        if self.spark_home is not None:
            own["SPARK_HOME"] = str(self.spark_home)
        if self.java_home is not None:
            own["JAVA_HOME"] = str(self.java_home)
        return {**inherited, **own}

    def java(self, temporary: Path) -> list[str]:
        """What each of its JVMs is started with."""
        options = [f"-Djava.io.tmpdir={temporary}", self.java_options]
        if self.java_home is None:
            options.append(class_archives.options(self.spark))
        return [option for option in options if option]


def plan() -> tuple[list[Step], list[str]]:
    """The steps of `make test`, those that take longest first, and what cannot be run here."""
    main_version = main_spark(PYTHON)
    newest = supported(PYTHON)[-1]
    # On a new Python the main Spark is the newest: once is enough.
    lines = dict.fromkeys((newest, main_version))
    steps = [of_a_line(entry, newest) for entry in lines]
    steps.append(step("once", ("tests/once",), main_version))
    steps += [by_a_client(entry, newest) for entry in lines if has_a_server(entry)]
    steps.append(replace(step(f"kernels-{newest.spark}", KERNELS, newest), java_options=""))
    steps.append(step("unit", ("tests/unit",), main_version))
    found, missing = of_versions(main_version, newest)
    steps += found
    found, lacking = of_azure(main_version, newest)
    return steps + found, missing + lacking


def of_a_line(entry: Tested, newest: Tested) -> Step:
    """Everything on one of the main lines; each engine runs on both, here or from a client."""
    collect = rest(entry)
    if entry == newest:
        collect = (*collect, *(f"--ignore={file}" for file in KERNELS))
    whole = step(f"all-{entry.spark}", collect, entry)
    return replace(whole, engine="auto" if entry == newest else "python")


def has_a_server(entry: Tested) -> bool:
    """Whether there is a Connect server for that Spark: in the wheels of Spark 4, else fetched."""
    return entry.scala == "2.13" or entry.connect is not None


def by_a_client(entry: Tested, newest: Tested) -> Step:
    """Much of the same from a client of a Connect server, by the other engine."""
    remote = step(f"connect-{entry.spark}", for_a_client(entry), entry)
    return replace(remote, connect=True, engine="python" if entry == newest else "auto")


def of_versions(main_version: Tested, newest: Tested) -> tuple[list[Step], list[str]]:
    """The contract on each Spark, spread over the Pythons and libraries that it supports."""
    steps, missing = [], []
    for entry in tested():
        # Where everything runs, the rest of the contract does too.
        collect = VERSIONS if entry in (main_version, newest) else CONTRACT
        name = f"versions-{entry.spark}"
        chosen = next((one for one in SETS if entry.spark in one.sparks), None)
        if chosen is not None and chosen.interpreter.is_file():
            steps.append(on_libraries(name, collect, entry, chosen))
            continue
        if chosen is not None:
            missing.append(f"Spark {entry.spark} on Python {chosen.told}: {to_install(chosen)}")
        if entry in supported(PYTHON):
            steps.append(step(name, collect, entry))
        elif entry == old_spark() and OLD_SPARK.is_dir():
            steps.append(Step(name, collect, entry.spark, OLD_SPARK / "bin" / "python"))
        elif entry == old_spark():
            missing.append(f"Spark {entry.spark}: install Python {joined(OLD_PYTHON)}")
        else:
            missing.append(
                f"Spark {entry.spark}: it does not support Python {joined(PYTHON)}; "
                f"run make with PYTHON=python{joined(entry.python_max)}"
            )
    return steps, missing


def on_libraries(name: str, collect: tuple[str, ...], entry: Tested, chosen: LibrarySet) -> Step:
    """A step on the Python of a set."""
    return Step(name, collect, entry.spark, chosen.interpreter, SPARKS / entry.spark)


def to_install(chosen: LibrarySet) -> str:
    """What a machine lacks of a set."""
    return f".venv/envs/{chosen.name} is not there; install Python {joined(chosen.python)}"


def of_flavors() -> tuple[list[Step], list[str]]:
    """The flavors with libraries of their own, on the main Spark and on the newest, at once."""
    main_version = main_spark(PYTHON)
    steps = []
    for entry in dict.fromkeys((main_version, supported(PYTHON)[-1])):
        own = step(f"flavors-{entry.spark}", ("tests/flavors",), entry)
        steps.append(replace(own, python=FLAVORS / "bin" / "python"))
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
    elsewhere = ["azure", "flavors", "refused", "unit", "once", "versions"]
    if entry.scala == "2.12":
        elsewhere.append("connect")
    return ("tests", *(f"--ignore=tests/{folder}" for folder in elsewhere))


def for_a_client(entry: Tested) -> tuple[str, ...]:
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
