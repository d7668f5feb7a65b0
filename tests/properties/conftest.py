# SPDX-License-Identifier: Apache-2.0
"""Runs drawn queries twice: with PREDICT, and on scores that the library made in pandas."""

from __future__ import annotations

import pandas as pd
import pytest

from examples import SEED


@pytest.fixture
def agree(spark, quick, regression):
    """A function that asserts that PREDICT of an alias gives what the library's scores give."""

    def check(alias, rows, queries):
        view(spark, regression.library, rows)
        with_scores = answers(spark, queries, "p")
        with_predict = answers(spark, queries, f"PREDICT('{alias}', a, b)")
        for query, found, wanted in zip(queries, with_predict, with_scores):
            assert found == wanted, f"{query}\nof {rows}; SPARKPREDICT_SEED={SEED}"

    return check


def view(spark, library, rows):
    """The view ``drawn``: the rows, and in the column p the library's score where it has one."""
    whole = [(a, b) for _, a, b, _ in rows if a is not None and b is not None]
    scores = iter(library.predict(pd.DataFrame(whole, columns=["a", "b"])) if whole else [])
    tuples = [
        f"({id_}, {number(a)}, {number(b)}, '{k}',"
        f" {number(None if a is None or b is None else float(next(scores)))})"
        for id_, a, b, k in rows
    ]
    # a row that is not there gives the types, also where no row was drawn
    values = ", ".join(["(-1L, 0D, 0D, '', 0D)", *tuples])
    spark.sql(
        "CREATE OR REPLACE TEMPORARY VIEW drawn AS SELECT /*+ COALESCE(1) */ * "
        f"FROM VALUES {values} AS t(id, a, b, k, p) WHERE id >= 0"
    )


def number(value):
    return "CAST(NULL AS DOUBLE)" if value is None else f"{value!r}D"


def answers(spark, queries, score):
    """The sorted rows of each query, as JSON; all queries run as one."""
    parts = [
        f"SELECT {at} AS query, to_json(struct(*), map('ignoreNullFields', 'false')) AS row FROM "
        f"({query.replace('{t}', 'drawn').replace('{p}', score)})"
        for at, query in enumerate(queries)
    ]
    rows = spark.sql(" UNION ALL ".join(parts)).collect()
    return [sorted(row.row for row in rows if row.query == at) for at in range(len(queries))]
