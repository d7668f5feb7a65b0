# SPDX-License-Identifier: Apache-2.0
"""Sparks that no jar of ours serves: a too old one, and one of the other Scala line."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import ivy
from venvs import SPARKS, VENV, Environment, install_spark, remove

_SCALA = "2.13"


@dataclass(frozen=True)
class Foreign:
    """A Spark by the folder that is put in front of a Python's own, or that is its SPARK_HOME."""

    spark: str
    scala: str
    folder: Path

    @property
    def is_home(self) -> bool:
        """Whether the folder has Spark's jars alone; its Python is the one of `.venv`."""
        return self.scala == _SCALA


# Spark 3.1 and older do not run on Java 17.
FOREIGN = (
    Foreign("3.2.4", "2.12", SPARKS / "3.2.4"),
    Foreign("3.5.9", _SCALA, SPARKS / f"3.5.9-scala{_SCALA}"),
)


def foreign_environment(wanted: Foreign) -> Environment:
    """The wheel of pyspark, or Spark's jars as they are published for Maven."""

    def make() -> None:
        remove(wanted.folder)
        if not wanted.is_home:
            install_spark(VENV, wanted.spark, "--target", wanted.folder)
            return
        ivy.fetch(
            "org.apache.spark", f"spark-sql_{wanted.scala}", wanted.spark, wanted.folder / "jars"
        )
        scripts = next(VENV.glob("lib/python*/site-packages/pyspark/bin"))
        shutil.copytree(scripts, wanted.folder / "bin")

    return Environment(
        folder=wanted.folder,
        recipe=("foreign", wanted.spark, wanted.scala),
        announcement=(
            f"adding .venv/spark/{wanted.folder.name}, which spark-predict does not serve"
        ),
        make=make,
    )
