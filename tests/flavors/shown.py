# SPDX-License-Identifier: Apache-2.0
"""What these tests have compared: for each flavor what it took and what it gave.

The page docs/flavors.md is made from shown.json, which holds the same: with
SPARKPREDICT_REWRITE_GOLDEN=1 each comparison is added to it, and a whole run takes the rest away.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from pyspark.sql import DataFrame
from pyspark.sql import types as t

import sparkpredict
from sparkpredict.worker import methods

FILE = Path(__file__).with_name("shown.json")
REWRITE = "SPARKPREDICT_REWRITE_GOLDEN"
PYTHON_FUNCTION = "python_function"

rows: set[tuple[str, str, str]] = set()


def note(model: sparkpredict.BoundModel, data: DataFrame) -> None:
    """Keeps a comparison that held."""
    found = model.info().flavor
    flavor = "pyfunc" if found == PYTHON_FUNCTION else found
    taken = sorted({takes(field.dataType) for field in data.schema})
    given = gives(model.choices["output"], model.return_type)
    rows.add((flavor, ", ".join(taken), given))
    if os.environ.get(REWRITE):
        write(rows | told())


def takes(kind: t.DataType) -> str:
    """A column in a word."""
    if isinstance(kind, t.ArrayType):
        return "nested arrays" if isinstance(kind.elementType, t.ArrayType) else "arrays"
    if isinstance(kind, (t.TimestampType, t.DateType)):
        return "dates"
    return "texts" if isinstance(kind, t.StringType) else "numbers"


def gives(output: str | None, returns: t.DataType) -> str:
    """What was asked for, and its shape."""
    if isinstance(returns, t.StructType):
        return "several outputs as fields"
    asked = output or methods.PREDICT
    of_library = asked in {*methods._OWN, *methods._BOOSTED}
    return f"{f'`{asked}`' if of_library else 'an output by its name'}: {shape(returns)}"


def shape(kind: t.DataType) -> str:
    """A return type in a word."""
    if isinstance(kind, t.ArrayType):
        return "nested array" if isinstance(kind.elementType, t.ArrayType) else "array"
    if isinstance(kind, t.MapType):
        return "map"
    return "text" if isinstance(kind, t.StringType) else "number"


def told() -> set[tuple[str, str, str]]:
    """What the file holds."""
    return {tuple(row) for row in json.loads(FILE.read_text(encoding="utf-8"))}


def write(found: set[tuple[str, str, str]]) -> None:
    """Fills the file, a row on a line."""
    lines = ",\n".join(json.dumps(row) for row in sorted(found))
    FILE.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
