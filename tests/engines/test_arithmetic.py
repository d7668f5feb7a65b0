# SPDX-License-Identifier: Apache-2.0
"""Models that are plain arithmetic score in a stage's code, to the bits of the block operator."""

from __future__ import annotations

import re
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

import saved

RANDOM = np.random.default_rng(17)
NAMES = list("abcd")
FRAME = pd.DataFrame(RANDOM.normal(size=(500, 4)), columns=NAMES)
TARGET = FRAME["a"] * 2 - FRAME["b"] + RANDOM.normal(size=500)
FILTERED = "(SELECT * FROM rows WHERE id >= 0)"
KINDS = "id INT, a DOUBLE, b DOUBLE, c DOUBLE, d DOUBLE, n INT, t BOOLEAN"
MODELS = [
    pytest.param(LinearRegression(), TARGET, {}, id="linear"),
    pytest.param(make_pipeline(StandardScaler(), Ridge()), TARGET, {}, id="scaled"),
    pytest.param(
        make_pipeline(SimpleImputer(add_indicator=True), MinMaxScaler(clip=True), Ridge()),
        *(TARGET, {}),
        id="imputed and clipped",
    ),
    pytest.param(LogisticRegression(), TARGET > 0, {"returns": "BOOLEAN"}, id="label"),
    pytest.param(
        make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression()),
        np.where(TARGET > 0, "yes", "no"),
        {"returns": "label STRING, probability DOUBLE, probabilities ARRAY<DOUBLE>"},
        id="label and probabilities",
    ),
]


@pytest.fixture(scope="module")
def rows(spark, tmp_path_factory):
    """Rows with NULLs and odd numbers, in Parquet as the view ``rows``."""
    drawn = RANDOM.normal(size=(3000, 4))
    drawn[::7, 0], drawn[3::13, 2] = -0.0, 5e-324
    values = []
    for at, row in enumerate(drawn):
        numbers = [None if (at + k) % 17 == 0 else float(x) for k, x in enumerate(row)]
        values.append([at, *numbers, int(row[0] * 9) if at % 5 else None, bool(at % 2)])
    path = str(tmp_path_factory.mktemp("rows") / "rows")
    spark.createDataFrame(values, KINDS).coalesce(1).write.parquet(path)
    spark.read.parquet(path).createOrReplaceTempView("rows")
    yield
    spark.catalog.dropTempView("rows")


def fitted(folder, estimator, target):
    holes = FRAME.mask(RANDOM.random(FRAME.shape) < 0.1) if takes_nan(estimator) else FRAME
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        estimator.fit(holes, target)
    return saved.sklearn(folder, estimator, tuple(NAMES), holes)


def takes_nan(estimator):
    return "simpleimputer" in getattr(estimator, "named_steps", {})


def scores(spark, alias, source="rows", arguments="a, b, c, d"):
    query = f"SELECT id, PREDICT('{alias}', {arguments}) AS s FROM {source}"
    frame = spark.sql(query).selectExpr("id", "to_json(named_struct('s', s)) AS s").toPandas()
    return frame.sort_values("id")["s"].tolist()


def explained(spark, query):
    return spark.sql(f"EXPLAIN {query}").collect()[0][0]


@pytest.mark.parametrize(("estimator", "target", "options"), MODELS)
@pytest.mark.usefixtures("rows")
def test_the_code_of_a_stage_has_the_bits_of_the_block_operator(
    spark, bind, alias, conf, tmp_path, estimator, target, options
):
    nulls = "nan" if takes_nan(estimator) else "auto"
    folder = fitted(tmp_path, estimator, target)
    arguments = ["a, b, c, d", "a, n, c, t", "a, -2D, c, -d"]
    options = {"engine": "compiled", "binding": "position", "nulls": nulls, **options}
    bind(folder, **options)
    query = f"SELECT PREDICT('{alias}', a, b, c, d) FROM {FILTERED}"
    assert "ScoreBlocks" not in explained(spark, query)
    found = [scores(spark, alias, FILTERED, a) for a in arguments]
    conf("spark.sql.codegen.wholeStage", "false")
    conf("spark.sql.codegen.factoryMode", "NO_CODEGEN")
    interpreted = [scores(spark, alias, FILTERED, a) for a in arguments]
    conf("spark.sql.codegen.wholeStage", "true")
    conf("spark.sql.codegen.factoryMode", "FALLBACK")
    bind(folder, on_error="null", **options)
    assert "ScoreBlocks" in explained(spark, query)
    in_blocks = [scores(spark, alias, "rows", a) for a in arguments]
    assert found == in_blocks
    assert interpreted == in_blocks
    assert len(set(found[0])) > 2


def test_explain_names_the_model_and_its_engine(spark, bind, alias, rows, tmp_path):
    model = bind(fitted(tmp_path, LinearRegression(), TARGET), engine="compiled")
    told = rf"score\['{alias}' {model.digest[:12]} engine=compiled\]\(a#\d+, b#\d+, c#\d+, d#\d+\)"
    query = f"SELECT PREDICT('{alias}', a, b, c, d) FROM {FILTERED}"
    assert re.search(told, explained(spark, query))


def test_a_guard_keeps_a_row_from_the_model_that_would_refuse_it(
    spark, bind, alias, rows, tmp_path
):
    bind(fitted(tmp_path, LinearRegression(), TARGET), engine="compiled")
    odd = "SELECT id, IF(id = 700, double('NaN'), a) AS a, b, c, d FROM rows"
    spark.sql(odd).createOrReplaceTempView("odd")
    guarded = f"SELECT CASE WHEN id <> 700 THEN PREDICT('{alias}', a, b, c, d) END AS s FROM odd"
    assert "ScoreBlocks" not in explained(spark, guarded)
    whole = f"SELECT PREDICT('{alias}', a, b, c, d) AS s FROM rows WHERE id <> 700"
    assert (
        spark.sql(guarded).selectExpr("count(s)", "sum(s)").collect()[0][0]
        == (spark.sql(whole).selectExpr("count(s)", "sum(s)").collect()[0][0])
    )
    with pytest.raises(Exception, match=r"PREDICT_BAD_ROW(.|\n)*The row: a = NaN, b = -?\d"):
        spark.sql(f"SELECT PREDICT('{alias}', a, b, c, d) AS s FROM odd").collect()


@pytest.mark.parametrize(
    ("estimator", "target", "options"),
    [
        pytest.param(LinearRegression(), TARGET, {"on_error": "capture"}, id="errors are captured"),
        pytest.param(LinearRegression(), TARGET, {"nulls": "error"}, id="NULL is a bad row"),
        pytest.param(LogisticRegression(), (TARGET > 0) * 1 + (TARGET > 1), {}, id="three classes"),
        pytest.param(
            LinearRegression(),
            np.stack([TARGET, -TARGET], axis=1),
            {"returns": "ARRAY<DOUBLE>"},
            id="two sums",
        ),
    ],
)
@pytest.mark.usefixtures("rows")
def test_the_block_operator_takes_what_is_more(
    spark, bind, alias, tmp_path, estimator, target, options
):
    bind(fitted(tmp_path, estimator, target), engine="compiled", **options)
    query = f"SELECT PREDICT('{alias}', a, b, c, d) AS s FROM {FILTERED}"
    assert "ScoreBlocks" in explained(spark, query)


def test_the_block_operator_takes_the_columns_of_a_scan(spark, bind, alias, rows, tmp_path):
    bind(fitted(tmp_path, LinearRegression(), TARGET), engine="compiled", binding="position")
    forms = {"a, b, c, d": True, "a + 1, b, c, d": False, "n, b, c, d": True}
    for arguments, blocks in forms.items():
        plan = explained(spark, f"SELECT PREDICT('{alias}', {arguments}) AS s FROM rows")
        assert ("ScoreBlocks" in plan) == blocks, plan


def test_the_block_operator_takes_a_sum_of_very_many(spark, bind, alias, tmp_path):
    wide = pd.DataFrame(RANDOM.normal(size=(90, 300)), columns=[f"x{at}" for at in range(300)])
    folder = saved.sklearn(tmp_path, LinearRegression().fit(wide, wide["x1"]), (*wide,), wide)
    bind(folder, engine="compiled")
    spark.createDataFrame(wide.head(3)).where("x1 < 9").createOrReplaceTempView("wide")
    assert "ScoreBlocks" in explained(spark, f"SELECT PREDICT('{alias}', *) FROM wide")
