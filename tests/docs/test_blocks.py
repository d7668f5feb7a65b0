# SPDX-License-Identifier: Apache-2.0
"""The Python blocks of README and docs run in order, each page in a namespace of its own."""

from __future__ import annotations

import re

import pytest
from pyspark.sql import SparkSession

import sparkpredict
from fresh import ROOT

BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)(?:#([^)\s]+))?\)")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def name(page):
    return page.relative_to(ROOT).as_posix()


def blocks(page):
    return BLOCK.findall(page.read_text(encoding="utf-8"))


# It shows that a frame keeps its model, which a client of Connect has analysed anew.
CLASSIC = ROOT / "docs" / "tutorial.md"


def marked(page):
    marks = [pytest.mark.classic] if page == CLASSIC else []
    return pytest.param(page, marks=marks, id=name(page))


@pytest.mark.parametrize("page", [marked(page) for page in PAGES if blocks(page)])
def test_the_blocks_of_a_page_run(page, spark, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert SparkSession.builder.getOrCreate() is spark
    namespace = {}
    text = page.read_text(encoding="utf-8")
    for match in BLOCK.finditer(text):
        above = text.count("\n", 0, match.start(1))  # a traceback names the page's own line
        exec(compile("\n" * above + match.group(1), name(page), "exec"), namespace)  # noqa: S102
    assert namespace["spark"] is spark
    assert not sparkpredict.models(spark), "a page takes away what it has bound"


def test_the_readme_and_the_tutorial_have_blocks():
    assert len(blocks(ROOT / "README.md")) >= 8
    assert len(blocks(ROOT / "docs" / "tutorial.md")) >= 8


def test_the_readmes_ways_to_call_agree(spark, tmp_path, monkeypatch, capsys):
    """The page shows four ways; here its own variables are compared before it unbinds."""
    monkeypatch.chdir(tmp_path)
    namespace = {}
    code = "\n".join(blocks(ROOT / "README.md"))
    until, mark, _ = code.partition("print(model.info())")
    assert mark
    exec(until, namespace)  # noqa: S102
    expected = namespace["estimator"].predict(namespace["patients"].data)
    udf = [row.progression for row in namespace["by_udf"].collect()]
    transformed = [row.progression for row in namespace["by_transformer"].collect()]
    sql = [row.progression for row in namespace["by_sql"].collect()]
    namespace["model"].unregister()
    assert udf == pytest.approx(expected.tolist())
    assert transformed == pytest.approx(expected.tolist())
    assert namespace["by_driver"].tolist() == pytest.approx(expected.tolist())
    assert sql == pytest.approx([score for score in expected if score > 200])


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CHANGELOG.md", ROOT / "SECURITY.md"], ids=name)
def test_the_links_of_a_page_lead_somewhere(page):
    for target, anchor in LINK.findall(page.read_text(encoding="utf-8")):
        found = page.parent / target
        assert found.exists(), f"{name(page)} links to {target}"
        assert not anchor or anchor in anchors(found), f"{target} has no heading #{anchor}"


def test_the_index_leads_to_every_page():
    index = ROOT / "docs" / "index.md"
    linked = {
        index,
        *((index.parent / target).resolve() for target, _ in LINK.findall(index.read_text())),
    }
    assert [name(page) for page in PAGES if page not in linked] == []


def anchors(page):
    """The headings of a page as links name them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
