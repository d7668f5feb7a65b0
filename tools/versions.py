# SPDX-License-Identifier: Apache-2.0
"""jvm/spark-versions.json, read: which Sparks are tested, on which Pythons.

As a command, `versions.py scala` prints the Scala line of the Spark that `.venv` has.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SPARK_VERSIONS = ROOT / "jvm" / "spark-versions.json"
MAIN_LINE = (3, 5)
# What CI runs make with: the last Python of the main line.
USUAL_PYTHON = (3, 11)
# The last Python of Spark 3.3, which has an environment of its own with libraries of its time.
OLD_PYTHON = (3, 10)


@dataclass(frozen=True)
class Tested:
    """One Spark that the tests run on, with the first and last Python that it supports.

    `connect` is the last version of its Connect server that is published for Maven; the wheels of
    Spark 4 carry theirs.
    """

    spark: str
    scala: str
    python_min: tuple[int, ...]
    python_max: tuple[int, ...]
    connect: str | None

    def supports(self, python: tuple[int, int]) -> bool:
        """Whether this Spark runs on that Python."""
        return self.python_min <= python <= self.python_max


def tested() -> list[Tested]:
    """Every tested Spark, oldest first."""
    document = json.loads(SPARK_VERSIONS.read_text(encoding="utf-8"))
    sparks = [
        Tested(
            spark=entry["spark"],
            scala=entry["scala"],
            python_min=parsed(entry["python"]["min"]),
            python_max=parsed(entry["python"]["max"]),
            connect=entry.get("connect"),
        )
        for entry in document["tested"]
    ]
    return sorted(sparks, key=lambda entry: parsed(entry.spark))


def old_spark() -> Tested:
    """The tested Spark that stopped at the old Python."""
    return next(entry for entry in tested() if entry.python_max == OLD_PYTHON)


def supported(python: tuple[int, int]) -> list[Tested]:
    """The tested Sparks that run in a `.venv` of that Python, oldest first."""
    return [entry for entry in tested() if entry.supports(python) and entry != old_spark()]


def main_spark(python: tuple[int, int]) -> Tested:
    """The Spark of `.venv`: of the main line if that Python runs it, else the newest it runs.

    Raises:
        LookupError: No tested Spark runs on that Python.
    """
    candidates = supported(python)
    if not candidates:
        newest = max(entry.python_max for entry in tested())
        raise LookupError(
            f"no tested Spark runs on Python {joined(python)}; "
            f"run make with PYTHON=python{joined(newest)} or older."
        )
    of_main_line = [entry for entry in candidates if parsed(entry.spark)[:2] == MAIN_LINE]
    return (of_main_line or candidates)[-1]


def parsed(version: str) -> tuple[int, ...]:
    """'3.5.9' as (3, 5, 9)."""
    return tuple(int(part) for part in version.split("."))


def joined(version: tuple[int, ...]) -> str:
    """(3, 11) as '3.11'."""
    return ".".join(str(part) for part in version)


if __name__ == "__main__":
    if sys.argv[1:] != ["scala"]:
        sys.exit("usage: versions.py scala")
    print(main_spark(sys.version_info[:2]).scala)
