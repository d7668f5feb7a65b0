# SPDX-License-Identifier: Apache-2.0
"""Models that a file lists are there for each session, on every Spark: bound once, by Python."""

from __future__ import annotations

import pytest

import saved

pytestmark = pytest.mark.classic


def difference(frame):
    return (frame["a"] - frame["b"]).to_numpy()


@pytest.fixture(scope="module")
def rule(tmp_path_factory):
    """A model that only Python can score."""
    data = saved.sample(("a", "b"))
    signature = saved.infer_signature(data, data["a"])
    return saved.pyfunc(tmp_path_factory.mktemp("rule"), difference, signature=signature)


def test_sessions_share_a_listed_model_until_the_file_is_another(
    spark, other, bind, alias, listed, points, rule, regression
):
    listed(
        **{
            alias: {"uri": str(rule), "return_types": "DOUBLE", "on_error": "null"},
            f"{alias}_bad": {"uri": str(rule), "retrun_types": "INT"},
        }
    )
    rows = points.orderBy("id").collect()
    points.createOrReplaceGlobalTempView(f"points_of_{alias}")
    query = (
        f"SELECT PREDICT('{alias}', a, b) AS score FROM global_temp.points_of_{alias} ORDER BY id"
    )
    expected = [row.a - row.b for row in rows]
    for session in (spark, other):
        assert [row.score for row in session.sql(query).collect()] == expected

    found = {row.alias: row for row in other.sql("SELECT * FROM predict_models()").collect()}
    told = found[alias]
    assert (told.uri, told.flavor, told.engine) == (str(rule), "pyfunc", "python")
    assert (told.inputs, told.return_type) == ("a DOUBLE, b DOUBLE", "DOUBLE")
    assert (told.rows_scored, told.bad_rows, told.error) == (2 * len(rows), 0, None)
    assert "line 9, cannot be bound: 'retrun_types' is no option" in found[f"{alias}_bad"].error

    bind(regression)
    own, shared = (session.sql(query).collect() for session in (spark, other))
    assert [row.score for row in own] == regression.scores(rows)
    assert [row.score for row in shared] == expected

    listed()
    with pytest.raises(Exception, match="PREDICT_MODEL_NOT_FOUND"):
        other.sql(query)
