# SPDX-License-Identifier: Apache-2.0
"""The cells of the matrix: each Spark has the oldest libraries and a newer Python where it can."""

from __future__ import annotations

import re

import pytest

import versions
from fresh import ROOT
from library_environments import SETS
from versions import parsed

SPARKS = {entry.spark: entry for entry in versions.tested()}
OLDEST = [one for one in SETS if one.name.startswith("oldest")]


def floors():
    """The lowest versions that pyproject.toml takes."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    found = re.findall(r'"([a-z-]+)>=([0-9.]+)', text.split("[project.optional-dependencies]")[0])
    return {name: parsed(version) for name, version in found}


@pytest.mark.parametrize("one", SETS, ids=lambda one: one.name)
def test_each_spark_of_a_set_supports_its_python(one):
    assert one.sparks or one.more
    for spark in (*one.sparks, *one.more):
        assert SPARKS[spark].supports(one.python), spark


@pytest.mark.parametrize("one", OLDEST, ids=lambda one: one.name)
def test_the_oldest_libraries_are_the_floors_or_those_of_spark(one):
    versions = dict(library.split("==") for library in one.libraries)
    # Spark 4 asks for newer ones of these three.
    of_spark = set() if one.name == "oldest-spark3" else {"pandas", "numpy", "pyarrow"}
    for name, floor in floors().items():
        if name in versions:
            found = parsed(versions[name])[: len(floor)]
            assert found >= floor if name in of_spark else found == floor, name


def test_each_spark_runs_once_with_the_oldest_libraries():
    found = sorted(spark for one in OLDEST for spark in (*one.sparks, *one.more))
    assert found == sorted(SPARKS)
