# SPDX-License-Identifier: Apache-2.0
"""What is made under `.venv` for each purpose, and from what."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import checks
from azure_environments import AZURE_ML_PYTHON, azure_ml_environment, azurite
from class_archives import class_archive
from connect_environments import client_environment, connect_server
from flavors_environment import flavors_environment
from foreign_environments import FOREIGN, foreign_environment
from library_environments import SETS, LibrarySet, library_environment
from onnx_environment import onnx_runtime
from spark_environments import old_spark_environment, spark_folder, worker_environment
from venvs import (
    ENVS,
    IVY,
    SBT,
    SPARKS,
    UV,
    VENV,
    Environment,
    base_interpreter,
    create_venv,
    install,
    install_spark,
    project_metadata,
    remove,
)
from versions import (
    MAIN_LINE,
    OLD_PYTHON,
    ROOT,
    joined,
    main_spark,
    supported,
    tested,
)

PYTHON = sys.version_info[:2]
AT_ONCE = 2  # most of the time goes into unpacking


def main(arguments: list[str]) -> int:
    """Makes what the purpose named by the only argument needs; returns the exit code.

    All others need the first one.
    """
    if len(arguments) != 1 or arguments[0] not in PURPOSES:
        print(f"usage: setup.py {'|'.join(PURPOSES)}", file=sys.stderr)
        return 2
    try:
        wanted = PURPOSES[arguments[0]]()
        if os.environ.get("CI") == "true":
            keep_only(wanted)
        first, *others = {made.folder: made for made in wanted}.values()
        first.ensure()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for last in (False, True):
                list(pool.map(Environment.ensure, (one for one in others if one.last is last)))
    except (LookupError, checks.Lack) as unsupported:
        print(unsupported.args[0], file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as failed:
        command = " ".join(str(part) for part in failed.cmd)
        print(
            f"this command failed, and its output is above; run make again to retry: {command}",
            file=sys.stderr,
        )
        return 1
    return 0


def keep_only(wanted: list[Environment]) -> None:
    """Removes the environments of a purpose that is done: a run of CI has each once."""
    kept = {UV, *(made.folder for made in wanted)}
    for folder in (*ENVS.glob("*"), *SPARKS.glob("*")):
        if folder not in kept:
            remove(folder)


def for_running() -> list[Environment]:
    """What the build, the demo and the benchmarks need."""
    return [main_environment()]


def for_tests() -> list[Environment]:
    """What `make test` needs."""
    environments = for_the_main_lines()
    for one in SETS:
        if one.sparks:
            environments += libraries(one, one.sparks)
    return environments


def for_the_matrix() -> list[Environment]:
    """What `make test-all` needs: all libraries, and Sparks that are refused."""
    environments = for_the_main_lines()
    for one in SETS:
        environments += libraries(one, (*one.sparks, *one.more))
    return environments + [foreign_environment(one) for one in FOREIGN]


def for_the_main_lines() -> list[Environment]:
    """What the tests need on top: the other Sparks, the old Python, the bare worker."""
    main_version = main_spark(PYTHON)
    environments = [
        main_environment(),
        worker_environment(main_environment()),
        client_environment(main_environment()),
        onnx_runtime(),
    ]
    environments += [spark_folder(entry) for entry in supported(PYTHON) if entry != main_version]
    for entry in dict.fromkeys((main_version, supported(PYTHON)[-1])):
        folder = None if entry == main_version else spark_folder(entry).folder
        environments.append(class_archive(entry.spark, folder))
    if main_version.connect is not None:
        environments.append(connect_server(main_version))
    interpreter = checks.find_python(OLD_PYTHON)
    if interpreter is None:
        print(f"Python {joined(OLD_PYTHON)} is missing: Spark 3.3 will not be tested.")
    else:
        environments.append(old_spark_environment(interpreter))
    if checks.node_major() >= checks.OLDEST_NODE:
        environments.append(azurite())
        if PYTHON <= AZURE_ML_PYTHON:
            environments.append(azure_ml_environment())
    return environments


def libraries(wanted: LibrarySet, sparks: tuple[str, ...]) -> list[Environment]:
    """A set of libraries and its Sparks; nothing where its Python is missing."""
    interpreter = checks.find_python(wanted.python)
    if interpreter is None:
        print(f"Python {joined(wanted.python)} is missing: {wanted.name} will not be tested.")
        return []
    folders = [spark_folder(entry) for entry in tested() if entry.spark in sparks]
    return [library_environment(wanted, interpreter), *folders]


def for_flavors() -> list[Environment]:
    """What the tests of the flavors need: their libraries, and the newest Spark."""
    newest = supported(PYTHON)[-1]
    environments = [main_environment(), onnx_runtime(), flavors_environment(main_environment())]
    return environments if newest == main_spark(PYTHON) else [*environments, spark_folder(newest)]


PURPOSES: dict[str, Callable[[], list[Environment]]] = {
    "build": for_running,
    "demo": for_running,
    "bench": for_running,
    "lint": for_running,
    "test": for_tests,
    "test-all": for_the_matrix,
    "test-flavors": for_flavors,
}


def main_environment() -> Environment:
    """`.venv`: the running Python, the project editable, and the main Spark."""
    spark = main_spark(PYTHON)
    main_line = joined(MAIN_LINE)
    why = "" if spark.spark.startswith(main_line) else f", as Spark {main_line} does not support it"

    def make() -> None:
        for made in VENV.iterdir() if VENV.is_dir() else ():
            # The other environments and sbt live in here too, each with a stamp of its own.
            if made not in (SPARKS, ENVS, SBT, IVY):
                remove(made)
        create_venv(base_interpreter(), VENV)
        install(VENV, "-e", f"{ROOT}[tutorial,dev]")
        install_spark(VENV, spark.spark)

    return Environment(
        folder=VENV,
        recipe=("main", sys.version, spark.spark, project_metadata()),
        announcement=(
            f"making .venv: Python {joined(PYTHON)} with Spark {spark.spark}{why} "
            "(about two minutes, once)"
        ),
        make=make,
    )
