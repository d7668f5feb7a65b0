# SPDX-License-Identifier: Apache-2.0
"""The page of supported versions, from the lists that the steps of the tests are made of."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from foreign_environments import FOREIGN
from library_environments import SETS
from versions import SPARK_VERSIONS, USUAL_PYTHON, Tested, joined, old_spark, tested

Table = Callable[[tuple[str, ...], list[Any]], str]


def head() -> str:
    """What is above the first table."""
    versions = _versions()
    return (
        "The wheel holds one jar for each Scala line and takes the one that fits the Spark that\n"
        "starts. spark-predict itself needs Python 3.9; the Pythons in the table are those that\n"
        "Spark's version runs on, and both must hold. To build and test from source:\n"
        f"JDK {versions['jdk']} and Python {versions['python']} or newer. "
        "[Switching PREDICT on](enabling.md) has a\nparagraph for each platform."
    )


def body(table: Table) -> str:
    """The tables, and what differs between the versions."""
    jars = [
        (scala, line["version"], line["spark"], str(line["bytecode"]))
        for scala, line in sorted(_versions()["scala"].items())
    ]
    rows = [
        (
            entry.spark,
            entry.scala,
            f"{joined(entry.python_min)} to {joined(entry.python_max)}",
            in_test(entry),
            "; ".join(one.told for one in SETS if entry.spark in one.more),
        )
        for entry in tested()
    ]
    columns = ("Spark", "Scala", "Supports Python", "`make test` on Python", "`make test-all`, too")
    libraries = [
        (f"`{one.name}`", joined(one.python), ", ".join(f"`{name}`" for name in one.libraries))
        for one in SETS
    ]
    refused = ", ".join(f"{one.spark} on Scala {one.scala}" for one in FOREIGN)
    return f"""## Tested versions of Spark

{table(columns, rows)}

`make test` is what runs before a change lands: the contract (linkage, the SQL of the golden files,
the tutorial, each engine, attaching, errors) on each Spark, and everything on the newest of 3.5 and
of all. Newest libraries are those that uv finds for that Python, oldest the lowest versions that
this package or that Spark takes; with each, models are scored that the other end of MLflow's
versions saved. `make test-all` also runs the newest Spark on the newest JDK that is there.

{table(("Libraries", "Python", "What uv is asked for"), libraries)}

## Jars

{table(("Scala line", "Compiled with", "On Spark", "For Java, at least"), jars)}

Other Sparks are left alone: the session works as one without our jar, its log says once what is
supported, and Python refuses with a sentence. Shown by `make test-all`: {refused};
[why 3.3 is the oldest](adr/0009-the-oldest-spark-is-3-3.md).

## What differs between versions

- ANSI mode is off by default in Spark 3 and on in Spark 4; see [return types](return-types.md).
- Arguments by name, `PREDICT('m', a => x)`, need the parser of Spark 3.5 or later.
- MLflow 2.9 does not load a model whose signature 2.10 or later wrote: `PREDICT_MODEL_LOAD_FAILED`.
- `getSqlState` of an `AnalysisException` gives the SQLSTATE from Spark 4.1 on. The condition is in
  the text everywhere."""


def in_test(entry: Tested) -> str:
    """Python and libraries of a Spark in `make test`."""
    spread = next((one for one in SETS if entry.spark in one.sparks), None)
    if spread is not None:
        return spread.told
    if entry == old_spark():
        return f"{joined(entry.python_max)}, the newest libraries that it knows"
    return f"{joined(USUAL_PYTHON)}, newest libraries"


def _versions() -> dict[str, Any]:
    return dict(json.loads(SPARK_VERSIONS.read_text(encoding="utf-8")))
