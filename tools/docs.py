# SPDX-License-Identifier: Apache-2.0
"""Writes the pages of docs/ that are made from lists; with --check, says which are stale.

The text is the same on every Spark: types that only newer ones have are described by name.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import argument_page
import flavors_page
import support_page

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
RESOURCES = ROOT / "python" / "sparkpredict" / "resources"
COMMAND = ".venv/bin/python tools/docs.py"
SPDX = "<!-- SPDX-License-Identifier: Apache-2.0 -->"
TRAVELS = "Travels as, or why it is refused"

# The classes of pyspark.sql.types that every tested Spark has, each with texts that declare it.
TYPES = [
    ("BooleanType", "BOOLEAN"),
    ("ByteType", "TINYINT"),
    ("ShortType", "SMALLINT"),
    ("IntegerType", "INT"),
    ("LongType", "BIGINT"),
    ("FloatType", "FLOAT"),
    ("DoubleType", "DOUBLE"),
    ("DecimalType", "DECIMAL(10,2)"),
    ("StringType", "STRING"),
    ("BinaryType", "BINARY"),
    ("DateType", "DATE"),
    ("TimestampType", "TIMESTAMP"),
    ("DayTimeIntervalType", "INTERVAL DAY TO SECOND"),
    ("NullType", "VOID"),
    ("ArrayType", "ARRAY<FLOAT>"),
    ("ArrayType", "ARRAY<ARRAY<DOUBLE>>"),
    ("ArrayType", "ARRAY<BIGINT>"),
    ("ArrayType", "ARRAY<MAP<STRING, DOUBLE>>"),
    ("ArrayType", "ARRAY<STRUCT<a: INT>>"),
    ("MapType", "MAP<STRING, DOUBLE>"),
    ("MapType", "MAP<STRING, BIGINT>"),
    ("MapType", "MAP<STRING, STRING>"),
    ("MapType", "MAP<INT, DOUBLE>"),
    ("MapType", "MAP<STRING, BINARY>"),
    ("StructType", "label STRING, score DOUBLE"),
    ("StructType", "label INT, probability ARRAY<DOUBLE>"),
    ("StructType", "inner STRUCT<a: INT>"),
]

# Types that one of the tested Sparks does not have: the carrier's rules, told in words.
# tests/docs compares them with the code wherever the running Spark has the class.
BY_NAME = [
    ("`YearMonthIntervalType`", "3.5 and later", "refused: no form in which Python returns it"),
    ("`CalendarIntervalType`", "4.0 and later", "refused, likewise"),
    ("`TimestampNTZType`", "3.4 and later", "`timestamp_ntz`"),
    ("`TimeType`", "4.1 and later", "`time`; refused where this Spark's Python functions lack it"),
    ("`CharType`, `VarcharType`", "3.4 and later", "refused, likewise: declare STRING"),
    ("`VariantType`", "4.0 and later", "refused, likewise"),
    ("`GeometryType`, `GeographyType`", "4.1 and later", "refused, likewise"),
    ("`UserDefinedType`", "all", "refused, likewise"),
]


def main() -> int:
    """Returns 1 if a page is stale and only a check was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if stale")
    check = parser.parse_args().check
    pages = {DOCS / name: text for name, text in generated().items()}
    stale = [path for path, text in pages.items() if not is_current(path, text)]
    if check and stale:
        names = ", ".join(path.relative_to(ROOT).as_posix() for path in stale)
        print(f"stale: {names}. Rewrite with: {COMMAND}", file=sys.stderr)
        return 1
    for path in stale:
        path.write_text(pages[path], encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
    return 0


def is_current(path: Path, text: str) -> bool:
    """Whether a page has this text already."""
    return path.is_file() and path.read_text(encoding="utf-8") == text


def generated() -> dict[str, str]:
    """The text of each generated page, by its name in docs/."""
    return {
        "arguments.md": page(
            "Arguments",
            "argument-types.json",
            argument_page.HEAD,
            argument_page.body(listed("argument-types.json"), table),
        ),
        "configuration.md": configuration(),
        "errors.md": errors(),
        "flavors.md": page(
            "Flavors",
            "tests/flavors/shown.json and tools/flavors_page.py",
            flavors_page.HEAD,
            flavors_page.body(engines, table),
        ),
        "return-types.md": return_types(),
        "support.md": page(
            "Support", "the steps of tools/", support_page.head(), support_page.body(table)
        ),
    }


def configuration() -> str:
    """The keys of conf-keys.json."""
    rows = [
        (f"`{key}`", entry["type"], default(entry), entry["since"], entry["doc"])
        for key, entry in sorted(listed("conf-keys.json").items())
    ]
    return page(
        "Configuration",
        "conf-keys.json",
        "Keys of a Spark session, set with `spark.conf.set`, in the builder, by `--conf` or in\n"
        "`spark-defaults.conf`. Spark's own two that switch PREDICT on, `spark.jars` and\n"
        "`spark.sql.extensions`, are static: they are read when a session starts.",
        table(("Key", "Type", "Default", "Since", "What it does"), rows),
    )


def default(entry: dict[str, Any]) -> str:
    """A default as it is written in the table."""
    return f"`{entry['default']}`" if entry["default"] else "not set"


def errors() -> str:
    """The conditions of error-conditions.json."""
    rows = [
        (f"`{name}`", f"`{entry['sqlState']}`", markdown(entry["message"]))
        for name, entry in sorted(listed("error-conditions.json").items())
    ]
    return page(
        "Errors",
        "error-conditions.json",
        "What is wrong with a query is Spark's `AnalysisException`, raised when the query is\n"
        "analysed. What is wrong with a binding or a configuration is a\n"
        "`sparkpredict.PredictError` with `condition`, `sqlstate` and `parameters`.\n"
        "An error of a worker reaches the driver inside Spark's `PythonException`. Every text\n"
        "begins with its condition in brackets. Words in `<...>` are filled in.",
        table(("Condition", "SQLSTATE", "Message"), rows),
    )


def return_types() -> str:
    """What `returns.carrier` makes of each type when the model has no signature."""
    rows = [(name, f"`{text}`", travels(text)) for name, text in TYPES]
    return page(
        "Return types",
        "python/sparkpredict/returns.py",
        """\
`return_types` of `bind_model` is a DDL text in any case, a `pyspark.sql.types.DataType`, or
`None`, which takes what the model's signature says.

The Python worker sends a *carrier*, and the JVM casts that to the declared type by Spark's own
rules. DECIMAL, BIGINT and STRING, which a double cannot hold, travel as a struct of three of which
one is filled, unless the signature says what the model answers.

The table is made from the code that decides, for a model **without** a signature.""",
        table(("Class of `pyspark.sql.types`", "Declared", TRAVELS), rows)
        + "\n\n"
        + table(("Class that only some versions have", "Spark", TRAVELS), BY_NAME)
        + """

Abstract classes (`DataType`, `AtomicType`, `NumericType`, `AnyTimeType` and the like) cannot be
declared. A struct's fields are scalars, arrays of them or maps, matched to the model's outputs by
name; a classifier's are also `label`, `probability` and `probabilities`, and its classes.
[What a model can be asked for](outputs.md) has these, and the types that `output=` has by itself.

## Numbers

The same in SQL, by `model.udf`, by the Transformer and by `model.predict`, alone and in arrays,
maps and structs:

- A fraction goes toward zero in TINYINT, SMALLINT, INT and BIGINT, and is rounded half up to the
  scale of a DECIMAL.
- A number that does not fit one of these, NaN and infinity are an error when
  `spark.sql.ansi.enabled` is true, and NULL when it is false. Spark 3 has ANSI mode off by default,
  Spark 4 on.
- A number beyond FLOAT is infinity there, with ANSI mode and without, as in Spark's own cast.
- Python's integers, numpy's unsigned ones and `decimal.Decimal` stay exact in BIGINT, DECIMAL and
  STRING; a DECIMAL of a double has the digits that Python writes, on each JDK. True is 1.
- Text is no number: `PREDICT_OUTPUT_MISMATCH`, also for `'12'`. Declare STRING, and cast in SQL.
- A double as STRING is written by the JVM in SQL. Before JDK 19 Java now and then writes a digit
  more than `model.predict` does; both texts are the same double.

## NaN and NULL

- A model's NaN in a DOUBLE or FLOAT is NaN, also inside an array, a map or a struct.
- A model's `None` and `pandas.NA` are NULL everywhere. `model.predict` answers with pandas' own
  `Float64` or `Int64` where some of the scores are NULL, which keeps NULL apart from NaN.
- Where a BIGINT, a DECIMAL or a STRING is declared and the signature says that the model answers
  whole numbers, NaN is taken for a missing one: NULL.""",
    )


def travels(text: str) -> str:
    """The carrier of a declared type, or why there is none."""
    from pyspark.sql import types as t

    from sparkpredict import returns
    from sparkpredict.errors import ReturnTypeError

    try:
        carrier = returns.carrier(declared(t, text), None)
    except ReturnTypeError as error:
        return f"refused: {error.parameters['cause']}"
    exact = " (of the three one is filled)" if "__long" in carrier.type.simpleString() else ""
    return f"`{carrier.type.simpleString()}`{exact}"


def declared(t: Any, text: str) -> Any:
    """The type of a DDL text, without a Spark session, which the older parsers need."""
    known = {
        "BOOLEAN": t.BooleanType,
        "TINYINT": t.ByteType,
        "SMALLINT": t.ShortType,
        "INT": t.IntegerType,
        "BIGINT": t.LongType,
        "FLOAT": t.FloatType,
        "DOUBLE": t.DoubleType,
        "STRING": t.StringType,
        "BINARY": t.BinaryType,
        "DATE": t.DateType,
        "TIMESTAMP": t.TimestampType,
        "INTERVAL DAY TO SECOND": t.DayTimeIntervalType,
        "VOID": t.NullType,
    }
    if text in known:
        return known[text]()
    if text == "DECIMAL(10,2)":
        return t.DecimalType(10, 2)
    if text.startswith("ARRAY<"):
        return t.ArrayType(declared(t, text[6:-1]))
    if text.startswith("MAP<"):
        key, value = text[4:-1].split(", ", 1)
        return t.MapType(declared(t, key), declared(t, value))
    if text.startswith("STRUCT<"):
        return fields(t, text[7:-1].replace(": ", " "))
    return fields(t, text)


def fields(t: Any, text: str) -> Any:
    """A struct from "name TYPE, name TYPE"; its types have no comma of their own."""
    struct = t.StructType()
    for field in text.split(", "):
        name, kind = field.split(" ", 1)
        struct = struct.add(name, declared(t, kind))
    return struct


def engines(flavor: str) -> str:
    """The engines that score a flavor, the first choice first."""
    from sparkpredict import choices
    from sparkpredict import compile as compiler
    from sparkpredict.onnx import converters
    from sparkpredict.package import PIPELINE

    if flavor == PIPELINE:
        return "Spark ML, by the Transformer"
    by_graph = {choices.ONNX, *converters.FLAVORS}
    own = {choices.COMPILED: flavor in compiler.FLAVORS, choices.ONNX: flavor in by_graph}
    found = [engine for engine, takes in own.items() if takes]
    return ", ".join(f"`{engine}`" for engine in (*found, choices.PYTHON))


def listed(name: str) -> dict[str, Any]:
    """One of the package's lists."""
    return dict(json.loads((RESOURCES / name).read_text(encoding="utf-8")))


def page(title: str, source: str, head: str, body: str) -> str:
    """A generated page."""
    note = f"<!-- Made from {source} by {COMMAND}; do not edit. -->"
    return f"{SPDX}\n{note}\n# {title}\n\n{head}\n\n{body}\n"


def table(head: tuple[str, ...], rows: list[Any]) -> str:
    """A Markdown table."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def markdown(text: str) -> str:
    """A message as Markdown: its <parameters> are no HTML, its bars no cells."""
    return text.replace("|", "\\|").replace("<", "&lt;").replace(">", "&gt;").replace("*", "\\*")


if __name__ == "__main__":
    sys.exit(main())
