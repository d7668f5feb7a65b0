# SPDX-License-Identifier: Apache-2.0
"""What a models file may hold, and how each flaw is told with its line."""

from __future__ import annotations

import json
import textwrap

import pytest

pytestmark = pytest.mark.classic

GOOD = """
# what the analysts may score by
churn:
  uri: models:/churn/3
  return_types: DOUBLE
  on_error: "null"
  strict: true
  params:
    limit: 2
price:
  uri: "abfss://models@store.dfs.core.windows.net/price"
"""
AS_JSON = """
{
\t"churn": {
\t\t"uri": "models:/churn/3", "return_types": "DOUBLE", "on_error": "null", "strict": true,
\t\t"params": {"limit": 2}
\t},
\t"price": {"uri": "abfss://models@store.dfs.core.windows.net/price"}
}
"""


@pytest.fixture
def read(spark):
    """Reads a text as the JVM reads the file: (line, options, flaw) by alias."""
    jvm = spark.sparkContext._jvm

    def entries(text, name="models.yaml"):
        stream = jvm.java.io.ByteArrayInputStream(textwrap.dedent(text).encode())
        found = jvm.io.sparkpredict.listed.ModelsFileReader.read(name, stream)
        told = {}
        names = found.keys().toSeq()
        for at in range(names.size()):
            model = found.apply(names.apply(at))
            flaw = model.flaw().get() if model.flaw().isDefined() else None
            told[model.alias()] = (model.line(), json.loads(model.options().toString()), flaw)
        return told

    return entries


@pytest.mark.parametrize(
    ("text", "name", "lines"),
    [
        pytest.param(GOOD, "models.yaml", (3, 10), id="yaml"),
        pytest.param(AS_JSON, "models.json", (3, 7), id="json"),
    ],
)
def test_yaml_and_json_say_the_same(read, text, name, lines):
    told = read(text, name)
    assert told["churn"] == (
        lines[0],
        {
            "uri": "models:/churn/3",
            "return_types": "DOUBLE",
            "on_error": "null",
            "strict": True,
            "params": {"limit": 2},
        },
        None,
    )
    assert told["price"][0] == lines[1]
    assert told["price"][2] is None


def test_an_empty_file_lists_no_model(read):
    assert read("# nothing yet\n") == {}


@pytest.mark.parametrize(
    ("entry", "line", "flaw"),
    [
        (
            "  uri: /m\n  retrun_types: INT",
            3,
            "'retrun_types' is no option; known: aml_workspace, ",
        ),
        ("  return_types: INT", 1, "it has no uri"),
        ("  uri: models/m", 1, "its uri is a relative path; write it from the root"),
        ("  uri: /m\n  on_error: null", 3, "'on_error' is null, not text; write it in quotes"),
        ("  uri: 7", 2, "'uri' is number, not text; write it in quotes"),
        ("  uri: /m\n  strict: 'yes'", 3, "'strict' is text, not boolean"),
        ("  uri: /m\n  params: [1]", 3, "'params' is array, not mapping"),
        ("  uri: /m\n  uri: n", 3, "'uri' is there twice"),
        ("  - uri", 1, "it is not a mapping with uri"),
    ],
)
def test_a_flaw_is_told_with_its_line_and_leaves_the_next_model_alone(read, entry, line, flaw):
    told = read(f"bad:\n{entry}\ngood:\n  uri: /models/good\n")
    assert told["bad"][0] == line
    assert told["bad"][2].startswith(flaw)
    assert told["good"][2] is None


def test_an_alias_that_is_there_twice_is_no_model(read):
    told = read("a: {uri: /one}\nb: {uri: /m}\na: {uri: two}\n")
    assert told["a"][2] == "line 3 has the same alias"
    assert told["b"][2] is None


@pytest.mark.parametrize(
    ("text", "name", "flaw"),
    [
        ("a:\n  uri: [", "m.yaml", "line 2: "),
        ("a: {uri: /m}\n---\nb: {uri: n}\n", "m.yaml", "it is not one mapping of aliases"),
        ("- a\n- b\n", "m.yml", "line 1: it is not one mapping of aliases"),
        ('{\n"a": {"uri": "m",}\n}', "m.json", "line 2: "),
    ],
)
def test_a_text_that_is_no_mapping_is_told_with_its_line(read, text, name, flaw):
    with pytest.raises(Exception, match=flaw):
        read(text, name)
