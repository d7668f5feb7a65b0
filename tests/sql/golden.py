# SPDX-License-Identifier: Apache-2.0
"""What a golden file holds, and what a session answers to its queries.

A query ends with a semicolon at the end of a line; the comment above it is its title. Rows are
sorted, unless the title says that they are in order. An error is written as its first line and its
position. Models: ``m`` is 2a - b + 0.5 with features a and b, ``n`` the same without names, ``r``
is 10a - 3b - 4. None of them takes NULL. What older Sparks refuse is in ``since_X.Y.sql``.
"""

from __future__ import annotations

import re
from pathlib import Path

from functions_of_others import register

import sparkpredict
from engine import ENGINE
from fresh import spark_version

try:
    from pyspark.errors import PySparkException
except ImportError:  # before Spark 3.4
    from pyspark.sql.utils import CapturedException as PySparkException


def known(file):
    """Whether the Spark under test takes a file's queries by itself."""
    since = re.fullmatch(r"since_(\d+)\.(\d+)", file.stem)
    return since is None or spark_version() >= tuple(map(int, since.groups()))


FILES = sorted(filter(known, Path(__file__).parent.glob("*.sql")))
CONF = {"spark.sql.ansi.enabled": "true", "spark.sql.shuffle.partitions": "1"}
POSITION = re.compile(r"line (\d+),? pos (\d+)")


def prepare(spark, folder, models):
    """The view ``t`` of eight rows, of which two have no x; other functions; the models, bound.

    Args:
        spark: the session.
        folder: where a jar may be written.
        models: the folders of the models by alias.
    """
    rows = [
        (at, at - 3.0, at % 3 * 0.5, f"k{at % 2}", None if at % 4 == 0 else at * 1.0)
        for at in range(8)
    ]
    frame = spark.createDataFrame(rows, "id BIGINT, a DOUBLE, b DOUBLE, k STRING, x DOUBLE")
    frame.coalesce(1).createOrReplaceTempView("t")
    spark.range(1).createOrReplaceTempView("one")
    register(spark, folder)
    return [
        sparkpredict.bind_model(
            "DOUBLE", "mlflow", alias, str(model), engine=ENGINE, spark=spark
        ).register()
        for alias, model in models.items()
    ]


def answers(spark, file):
    """The text of the .out file that belongs to a .sql file."""
    found = [f"-- {title}\n{query};\n{answer(spark, title, query)}" for title, query in parts(file)]
    return "\n\n".join(found) + "\n"


def parts(file):
    """Title and query of each part of a file."""
    for part in re.split(r";\n+", file.read_text(encoding="utf-8").strip() + "\n"):
        lines = part.strip().splitlines()
        titles = [line[3:] for line in lines if line.startswith("-- ")]
        query = "\n".join(line for line in lines if not line.startswith("--"))
        if query:
            assert len(titles) == 1, f"one title for {query}"
            yield titles[0], query


def answer(spark, title, query):
    """The rows, or what the error says."""
    try:
        frame = spark.sql(query)
        rows = [" | ".join(shown(value) for value in row) for row in frame.collect()]
    except PySparkException as error:
        return told(str(error))
    if not title.endswith("in order"):
        rows.sort()
    types = ", ".join(f"{field.name} {field.dataType.simpleString()}" for field in frame.schema)
    return "\n".join([f"--> {types}", *rows]) if types else "--> done"


def shown(value):
    return "NULL" if value is None else str(value)


def told(text):
    """The first line of an error without backticks, and its position in one spelling."""
    first = re.split(r"\n|; line \d", text.strip().replace("`", ""))[0]
    assert first.startswith("[PREDICT_"), text
    position = POSITION.search(text)
    where = f" (line {position[1]} pos {position[2]})" if position else ""
    return f"--> {first}{where}"
