# SPDX-License-Identifier: Apache-2.0
"""Which Spark will start, and which of our jars fits it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sparkpredict import jvm
from sparkpredict.errors import ConfigurationError
from sparkpredict.version import __version__

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_JARS = Path(__file__).parent / "jars"
_OLDEST = (3, 3)


@dataclass(frozen=True)
class SparkHome:
    """A Spark installation.

    Attributes:
        folder: SPARK_HOME, or the installed pyspark package.
        spark: its version, such as ``3.5.6``.
        scala: its Scala line, such as ``2.12``.
    """

    folder: Path
    spark: str
    scala: str


def find() -> SparkHome:
    """The Spark that a session of this process will start.

    Read from the core jar of its folder: ``pyspark.__version__`` can be another than SPARK_HOME's.

    Raises:
        ConfigurationError: there is none, or it is older than 3.3.
    """
    folder = _folder()
    for jar in sorted((folder / "jars").glob("spark-core_*.jar")):
        found = re.fullmatch(r"spark-core_(\d+\.\d+)-(.+)\.jar", jar.name)
        if found:
            home = SparkHome(folder, spark=found.group(2), scala=found.group(1))
            _check(home)
            return home
    raise ConfigurationError(
        "PREDICT_NOT_CONFIGURED",
        reason=f"there is no Spark in {folder}",
        cure="Install pyspark 3.3 or newer, or set SPARK_HOME.",
    )


def running(spark: SparkSession) -> SparkHome:
    """The Spark of a classic session that runs.

    Raises:
        ConfigurationError: it is older than 3.3, or of a Scala line that we have no jar for.
    """
    home = SparkHome(_folder(), spark=str(spark.version), scala=jvm.scala_version(spark))
    _check(home)
    return home


def jar(home: SparkHome) -> Path:
    """Our jar for a Spark.

    Raises:
        ConfigurationError: this installation has none.
    """
    path = _JARS / jar_name(home.scala)
    if not path.is_file():
        raise ConfigurationError("PREDICT_JAR_MISSING", scala=home.scala, folder=_JARS)
    return path


def release(version: str) -> tuple[int, ...]:
    """Major and minor number of a version of Spark."""
    return tuple(int(part) for part in version.split(".")[:2])


def scala(version: str) -> str:
    """The Scala line that we have a jar of for a version of Spark."""
    return "2.12" if release(version) < (4, 0) else "2.13"


def jar_name(scala: str) -> str:
    """How our jar for a Scala line is called."""
    return f"spark-predict_{scala}-{__version__}.jar"


def _folder() -> Path:
    named = os.environ.get("SPARK_HOME")
    if named:
        return Path(named)
    import pyspark

    return Path(pyspark.__file__).parent


def _check(home: SparkHome) -> None:
    if release(home.spark) < _OLDEST:
        raise ConfigurationError(
            "PREDICT_NOT_CONFIGURED",
            reason=f"Spark {home.spark} in {home.folder} is too old",
            cure="Use Spark 3.3 or newer.",
        )
    if scala(home.spark) != home.scala:
        raise ConfigurationError(
            "PREDICT_SCALA_UNSUPPORTED", spark=home.spark, scala=home.scala, home=home.folder
        )
