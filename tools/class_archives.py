# SPDX-License-Identifier: Apache-2.0
"""Spark's classes as a JVM maps them into its memory, instead of reading them from some 250 jars.

A session of the tests starts with a third of its processor time less.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import checks
from venvs import ENVS, VENV, Environment, remove

# The JVM writes the archive when it ends, and pyspark does not wait for that.
_SCRIPT = """
import sys
from pyspark.sql import SparkSession
option = "-XX:ArchiveClassesAtExit=" + sys.argv[1]
builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
spark = builder.config("spark.driver.extraJavaOptions", option).getOrCreate()
spark.sql("SELECT sum(id) FROM range(10) WHERE id > 3").collect()
gateway = spark.sparkContext._gateway
spark.stop()
gateway.shutdown()
gateway.proc.stdin.close()
gateway.proc.wait(600)
"""


def options(spark: str) -> str:
    """What a JVM is told of that Spark's classes; nothing where they were not written.

    One that runs anything else leaves them alone, and does not complain about it on its output.
    """
    found = _archive(spark)
    return f"-XX:SharedArchiveFile={found} -Xlog:disable" if found.is_file() else ""


def class_archive(spark: str, folder: Path | None) -> Environment:
    """The classes that a short session of a Spark has loaded.

    Args:
        spark: its version.
        folder: where it is; None where it is that of `.venv`.
    """
    found = _archive(spark)

    def make() -> None:
        remove(found.parent)
        found.parent.mkdir(parents=True)
        variables = {
            "JAVA_HOME": checks.jdk_home(),
            "PYTHONPATH": str(folder or ""),
            "SPARK_LOCAL_IP": "127.0.0.1",
        }
        inherited = {name: value for name, value in os.environ.items() if name != "SPARK_HOME"}
        subprocess.run(
            [VENV / "bin" / "python", "-c", _SCRIPT, found],
            check=True,
            cwd=found.parent,
            env={**inherited, **variables},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    return Environment(
        folder=found.parent,
        recipe=("classes", spark, checks.jdk_home(), _SCRIPT),
        announcement=f"writing the classes of Spark {spark} as one file (some seconds, once)",
        make=make,
        last=True,
    )


def _archive(spark: str) -> Path:
    return ENVS / f"classes-{spark}" / "classes.jsa"
