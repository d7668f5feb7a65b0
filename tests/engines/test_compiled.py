# SPDX-License-Identifier: Apache-2.0
"""The compiled engine in a query: the library's bits from rows and from columns, and its limits."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from lightgbm import LGBMRegressor
from pyspark.sql.functions import expr
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    GradientBoostingRegressor,
    HistGradientBoostingRegressor,
    RandomForestRegressor,
)
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from xgboost import XGBRegressor

import boosted
import saved

RANDOM = np.random.default_rng(13)
FRAME = pd.DataFrame(RANDOM.normal(size=(900, 4)), columns=list("abcd"))
TARGET = (FRAME["a"] * 2 + np.sin(3 * FRAME["b"]) + RANDOM.normal(size=900)).to_numpy()
ROWS = 5_000
FORESTS = [
    pytest.param(RandomForestRegressor(8, random_state=0), id="forest"),
    pytest.param(HistGradientBoostingRegressor(max_iter=30), id="histogram"),
    pytest.param(LGBMRegressor(n_estimators=30, verbose=-1), id="lightgbm"),
    pytest.param(XGBRegressor(n_estimators=30), id="xgboost"),
]


@pytest.fixture(scope="module")
def many(spark, tmp_path_factory):
    """Rows in Parquet, with an id and NULLs in b; the view ``many``."""
    frame = pd.DataFrame(RANDOM.normal(size=(ROWS, 4)), columns=list("abcd")).assign(id=range(ROWS))
    frame.loc[frame["id"] % 11 == 0, "b"] = None
    path = str(tmp_path_factory.mktemp("many") / "rows")
    rows = [[None if np.isnan(value) else value for value in row] for row in frame.values.tolist()]
    kinds = "a DOUBLE, b DOUBLE, c DOUBLE, d DOUBLE, id DOUBLE"
    given = spark.createDataFrame(rows, kinds).withColumn("id", expr("int(id)"))
    given.coalesce(1).write.parquet(path)
    spark.read.parquet(path).createOrReplaceTempView("many")
    return frame


def scores(spark, alias, source="many", select="id"):
    query = f"SELECT {select}, PREDICT('{alias}', a, b, c, d) AS s FROM {source}"
    return spark.sql(query).toPandas().sort_values("id")["s"].to_numpy(dtype=float)


def plan(spark, query):
    return spark.sql(query)._jdf.queryExecution().executedPlan().toString()


def bound(bind, folder, estimator, **options):
    """A forest whose NULLs are NaN, by the engine that is named."""
    if type(estimator).__module__.startswith("sklearn"):
        folder = saved.sklearn(folder, estimator, tuple("abcd"), FRAME)
    else:
        folder = boosted.save(folder, estimator, FRAME)
    return bind(folder, engine="compiled", nulls="nan", **options)


def same_bits(found, expected):
    return np.asarray(found, dtype=float).tobytes() == np.asarray(expected, dtype=float).tobytes()


@pytest.mark.parametrize("estimator", FORESTS)
def test_rows_and_columns_of_any_batch_give_the_librarys_bits(
    spark, bind, alias, conf, many, tmp_path, estimator
):
    bound(bind, tmp_path, estimator.fit(FRAME, TARGET))
    expected = estimator.predict(many[list("abcd")])
    from_columns = f"SELECT id, PREDICT('{alias}', a, b, c, d) FROM many"
    assert "ColumnarToRow\n" in plan(spark, from_columns).partition("ScoreBlocks")[0]
    assert same_bits(scores(spark, alias), expected)
    from_rows = "(SELECT * FROM many WHERE id >= 0)"
    assert same_bits(scores(spark, alias, from_rows), expected)
    for size in (7, 600):
        conf("spark.sql.parquet.columnarReaderBatchSize", str(size))
        assert same_bits(scores(spark, alias), expected), f"batches of {size}"
    conf("spark.sql.codegen.wholeStage", "false")
    assert same_bits(scores(spark, alias), expected)
    assert same_bits(scores(spark, alias, from_rows), expected)


def test_columns_pass_through_beside_the_score(spark, bind, alias, many, tmp_path):
    estimator = HistGradientBoostingRegressor(max_iter=3).fit(FRAME, TARGET)
    bound(bind, tmp_path, estimator)
    for source in ("many", "(SELECT * FROM many WHERE id >= 0)"):
        query = f"SELECT id, d, PREDICT('{alias}', a, b, c, d) AS s, string(id) AS t FROM {source}"
        found = spark.sql(query).toPandas().sort_values("id")
        assert found["d"].tolist() == many["d"].tolist()
        assert found["t"].tolist() == [str(at) for at in many["id"]]


def test_a_forest_beyond_the_cache_takes_large_blocks_of_rows(spark, bind, alias, many, tmp_path):
    frame = pd.DataFrame(RANDOM.normal(size=(20_000, 4)), columns=list("abcd"))
    noise = RANDOM.normal(size=20_000)
    estimator = RandomForestRegressor(40, n_jobs=2, random_state=0).fit(frame, noise)
    estimator.n_jobs = 1
    bound(bind, tmp_path, estimator)
    query = f"SELECT id, PREDICT('{alias}', a, b, c, d) FROM many"
    assert "ScoreBlocks" in plan(spark, query).partition("ColumnarToRow")[0]
    assert same_bits(scores(spark, alias), estimator.predict(many[list("abcd")]))


def test_texts_and_numbers_through_a_pipeline(spark, bind, alias, tmp_path):
    frame = pd.DataFrame({"a": FRAME["a"], "k": RANDOM.choice(["x", "y", "é"], 900)})
    parts = [("a", StandardScaler(), ["a"]), ("k", OneHotEncoder(handle_unknown="ignore"), ["k"])]
    estimator = make_pipeline(ColumnTransformer(parts), LogisticRegression())
    estimator.fit(frame, TARGET > 0)
    folder = saved.sklearn(tmp_path, estimator, ("a", "k"), frame)
    bind(folder, "array<double>", engine="compiled", output="predict_proba")
    given = frame.head(50).assign(k=[*frame["k"].head(49), "unknown"])
    spark.createDataFrame(given).coalesce(1).createOrReplaceTempView("texts")
    rows = spark.sql(f"SELECT PREDICT('{alias}', *) AS s FROM texts").collect()
    found = np.asarray([row.s for row in rows])
    np.testing.assert_allclose(found, estimator.predict_proba(given), rtol=1e-12)


@pytest.mark.parametrize(
    "estimator",
    [
        pytest.param(LinearRegression(), id="arithmetic"),
        pytest.param(GradientBoostingRegressor(n_estimators=2), id="blocks"),
    ],
)
def test_a_bad_row_among_columns(spark, bind, alias, many, tmp_path, estimator):
    estimator.fit(FRAME, TARGET)
    folder = saved.sklearn(tmp_path, estimator, tuple("abcd"), FRAME)
    bind(folder, engine="compiled")
    odd = "IF(id = 4321, double('NaN'), a) AS a"
    spark.sql(f"SELECT id, {odd}, b, c, d FROM many").coalesce(1).write.mode("overwrite").parquet(
        str(tmp_path / "odd")
    )
    spark.read.parquet(str(tmp_path / "odd")).createOrReplaceTempView("odd")
    told = r"PREDICT_BAD_ROW.*ValueError: Input X contains NaN\. The row: a = NaN, b = "
    for source in ("odd", "(SELECT * FROM odd WHERE id >= 0)"):
        with pytest.raises(Exception, match=re.compile(told, re.DOTALL)):
            scores(spark, alias, source)
    lenient = bind(folder, engine="compiled", on_error="null")
    missing = many["b"].isna() | (many["id"] == 4321)
    assert np.isnan(scores(spark, alias, "odd")).tolist() == missing.tolist()
    assert lenient.info().bad_rows == 1
    bind(folder, engine="compiled", on_error="capture")
    errors = spark.sql(
        f"SELECT s.error FROM (SELECT PREDICT('{alias}', a, b, c, d) AS s FROM odd) "
        "WHERE s.error IS NOT NULL"
    ).collect()
    assert [row[0] for row in errors] == ["ValueError: Input X contains NaN."]


def test_a_count_of_bad_rows_goes_with_its_binding(spark, bind, alias, many, tmp_path):
    estimator = HistGradientBoostingRegressor(max_iter=2).fit(FRAME, TARGET)
    folder = saved.sklearn(tmp_path, estimator, tuple("abcd"), FRAME)
    kept = bind(folder, engine="compiled", on_error="null", as_alias=f"{alias}_kept")
    for _ in range(5):
        bind(folder, engine="compiled", on_error="null")
        scores(spark, alias)
        assert kept.info().bad_rows == 0
    counts = spark._jvm.io.sparkpredict.model.ScoreCounts
    carriers = [function.name for function in spark.catalog.listFunctions()]
    unbound = [one for one in counts.carriers() if one not in carriers]
    assert not unbound
    # one of each binding, and one of the carrier before, which goes with the next
    assert len([one for one in counts.carriers() if alias.encode().hex() in one]) <= 3


def test_explain_and_info_show_the_engine_and_its_kernel(spark, bind, alias, many, tmp_path):
    estimator = HistGradientBoostingRegressor(max_iter=7).fit(FRAME, TARGET)
    model = bound(bind, tmp_path, estimator)
    shown = rf"'{alias}' {model.digest[:12]} engine=compiled: 7 trees, \d+ leaves, row bits"
    query = f"SELECT PREDICT('{alias}', a, b, c, d) FROM many"
    for mode in ("", "EXTENDED", "FORMATTED"):
        assert re.search(shown, spark.sql(f"EXPLAIN {mode} {query}").collect()[0][0])
    assert model.info().engine == "compiled"
    assert re.search(r"7 trees, \d+ leaves, row bits", model.info().reasons["compiled"])
    assert model.info().reasons["python"].startswith("not taken: ")


def test_a_query_tells_its_rows_and_times(spark, bind, alias, many, tmp_path):
    bound(bind, tmp_path, HistGradientBoostingRegressor(max_iter=7).fit(FRAME, TARGET))
    query = spark.sql(f"SELECT sum(PREDICT('{alias}', a, b, c, d)) FROM many")
    query.collect()
    store = spark._jsparkSession.sharedState().statusStore()
    last = store.executionsList().last()
    values = store.executionMetrics(last.executionId())
    told = {}
    for at in range(last.metrics().size()):
        metric = last.metrics().apply(at)
        if values.contains(metric.accumulatorId()):
            told[metric.name()] = values.apply(metric.accumulatorId())
    assert told["number of blocks"] == "10"  # of 512 rows, from batches of 4096 and 904
    assert all(
        int(told[name].replace(",", "")) > 0
        for name in (
            "nanoseconds taking features in",
            "nanoseconds coding features",
            "nanoseconds in the model's kernels",
            "nanoseconds giving scores out",
        )
    )
