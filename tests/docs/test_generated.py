# SPDX-License-Identifier: Apache-2.0
"""The pages that tools/docs.py makes are current, and say what the code does on this Spark."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import pytest
from pyspark.sql import types as t

from fresh import ROOT, environment
from sparkpredict import returns
from sparkpredict.errors import ReturnTypeError

TOOL = ROOT / "tools" / "docs.py"


@pytest.fixture(scope="module")
def docs():
    spec = importlib.util.spec_from_file_location("docs_tool", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pages_are_current():
    done = subprocess.run(
        [sys.executable, str(TOOL), "--check"],
        capture_output=True,
        text=True,
        env=environment({}),
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_stale_page_is_named_with_the_command_that_rewrites_it(
    docs, tmp_path, monkeypatch, capsys
):
    folder = tmp_path / "docs"
    folder.mkdir()
    pages = docs.generated()
    for page, text in pages.items():
        (folder / page).write_text(text, encoding="utf-8")
    (folder / "errors.md").write_text("old", encoding="utf-8")
    monkeypatch.setattr(docs, "DOCS", folder)
    monkeypatch.setattr(docs, "ROOT", tmp_path)
    monkeypatch.setattr(docs, "generated", lambda: pages)
    monkeypatch.setattr(sys, "argv", ["docs.py", "--check"])
    assert docs.main() == 1
    said = capsys.readouterr().err
    assert "stale: docs/errors.md." in said
    assert ".venv/bin/python tools/docs.py" in said
    monkeypatch.setattr(sys, "argv", ["docs.py"])
    assert docs.main() == 0
    assert (folder / "errors.md").read_text(encoding="utf-8") == pages["errors.md"]


def test_every_class_of_types_is_on_the_page(docs):
    page = docs.return_types()
    not_declared = {  # abstract, or no type
        "DataType", "DataTypeSingleton", "AtomicType", "NumericType", "IntegralType",
        "FractionalType", "AnsiIntervalType", "AnyTimeType", "DatetimeType", "SpatialType",
        "StructField",
    }  # fmt: skip
    classes = {
        kind.__name__
        for kind in vars(t).values()
        if isinstance(kind, type) and issubclass(kind, t.DataType)
    }
    missing = {kind for kind in classes - not_declared if kind not in page}
    assert not missing


@pytest.mark.parametrize(
    ("kind", "arguments", "carried"),
    [
        ("YearMonthIntervalType", (), None),
        ("CalendarIntervalType", (), None),
        ("TimestampNTZType", (), "timestamp_ntz"),
        ("TimeType", (), "time(6)"),
        ("CharType", (3,), None),
        ("VarcharType", (3,), None),
        ("VariantType", (), None),
        ("GeometryType", (0,), None),
        ("GeographyType", (4326,), None),
    ],
)
def test_what_the_page_says_of_newer_types_is_so_where_they_are(docs, kind, arguments, carried):
    row = next(row for row in docs.BY_NAME if f"`{kind}`" in row[0])
    assert row[2].startswith("refused") == (carried is None)
    if not hasattr(t, kind):  # the page says which Sparks have it
        assert row[1] != "all"
        return
    declared = getattr(t, kind)(*arguments)
    if carried is None:
        with pytest.raises(ReturnTypeError, match="no form in which Python returns it"):
            returns.carrier(declared, None)
    else:
        assert returns.carrier(declared, None).type.simpleString() == carried
