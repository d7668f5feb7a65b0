# SPDX-License-Identifier: Apache-2.0
"""Binding an alias again: the next query has the new model, what was analysed keeps the old."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor

ROUNDS = 4
COLLECTED = 8  # one of so many analysed queries is also run

# PREDICT once, in SELECT and in WHERE, and twice on different rows.
QUERIES = {
    "once": "SELECT id, PREDICT('{m}', *) FROM points",
    "in SELECT and WHERE": "SELECT id, PREDICT('{m}', *) FROM points WHERE PREDICT('{m}', *) > 0",
    "twice in SELECT": (
        "SELECT x.id, PREDICT('{m}', x.a, x.b), PREDICT('{m}', y.a, y.b) "
        "FROM points x JOIN points y ON x.id = y.id + 1"
    ),
}


def test_a_query_racing_with_binds_answers_with_one_whole_model(
    spark,
    bind,
    alias,
    points,
    regression,
    reordered,
):
    models = [bind(folder) for folder in (regression, reordered)]
    texts = {name: query.format(m=alias) for name, query in QUERIES.items()}
    answers = {name: [] for name in texts}
    for model in models:
        model.register()
        for name, text in texts.items():
            answers[name].append(sorted(spark.sql(text).collect()))

    done = threading.Event()

    def read(name):
        """Analyses while others bind; returns how many queries it has seen."""
        assert answers[name][0] != answers[name][1]
        count = 0
        while not done.is_set() or count < COLLECTED:
            frame = spark.sql(texts[name])
            which = digests(frame)
            assert len(which) == 1, f"{name}: several models in one query"
            if count % COLLECTED == 0:
                model = [model.digest[:12] for model in models].index(which.pop())
                assert sorted(frame.collect()) == answers[name][model], name
            count += 1
        return count

    with ThreadPoolExecutor(len(texts)) as pool:
        readers = [pool.submit(read, name) for name in texts]
        try:
            for _ in range(ROUNDS):
                for model in models:
                    model.register()
        finally:
            done.set()
        assert all(reader.result() >= COLLECTED for reader in readers)


def test_a_cached_query_keeps_its_model_and_the_same_text_has_the_new_one(
    spark,
    bind,
    alias,
    points,
    regression,
    reordered,
):
    text = f"SELECT PREDICT('{alias}', a, b) FROM points"
    rows = points.collect()
    first = bind(regression)
    old = spark.sql(text).cache()
    try:
        assert scores(old) == regression.scores(rows)

        bind(reordered)
        assert scores(old) == regression.scores(rows)
        assert scores(spark.sql(text)) == reordered.scores(rows)
        assert not is_cached(spark.sql(text))

        first.register()
        assert is_cached(spark.sql(text)), "the same model is bound again"
        bind(regression)
        assert is_cached(spark.sql(text)), "the same model is bound again from its folder"
        bind(regression, "FLOAT")
        assert not is_cached(spark.sql(text)), "another return type is another call"
    finally:
        old.unpersist(blocking=True)
    bind(reordered)
    assert scores(old) == regression.scores(rows), "not from the cache"


def test_a_query_that_was_analysed_before_keeps_its_model(
    spark,
    bind,
    alias,
    points,
    regression,
    reordered,
):
    rows = points.collect()
    bind(regression)
    old = spark.sql(f"SELECT *, PREDICT('{alias}', *) AS score FROM points")
    for _ in range(3):
        bind(reordered)
    over_old = old.filter("score > 0").selectExpr("id", "score")
    expected = [(r.id, s) for r, s in zip(rows, regression.scores(rows)) if s > 0]
    assert [tuple(row) for row in over_old.collect()] == expected


def scores(frame):
    return [row[0] for row in frame.collect()]


def digests(frame):
    """The first digits of the digest of each model that the analysed query names."""
    plan = frame._jdf.queryExecution().analyzed().toString()
    return set(re.findall(r"predict\('[^']*' ([0-9a-f]{12}) ", plan))


def is_cached(frame):
    return "InMemoryRelation" in frame._jdf.queryExecution().withCachedData().toString()
