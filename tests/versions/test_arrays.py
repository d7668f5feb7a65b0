# SPDX-License-Identifier: Apache-2.0
"""A row of numbers as one array: a NULL inside is found by this Spark's own expressions."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("nulls", "expected"), [("null", [0.5, None, None]), ("error", [0.5, None, None])]
)
@pytest.mark.parametrize("element", ["DOUBLE", "INT", "DECIMAL(10, 2)"])
def test_a_row_with_a_null_inside_is_not_given_to_the_model(
    spark, bind, unsigned, nulls, expected, element
):
    model = bind(unsigned, nulls=nulls, on_error="null")
    found = spark.sql(
        f"SELECT PREDICT('{model.alias}', CAST(x AS ARRAY<{element}>)) FROM "
        "VALUES (0, array(1, 2)), (1, array(1, NULL)), (2, NULL) AS t(id, x) ORDER BY id"
    )
    assert [row[0] for row in found.collect()] == expected
