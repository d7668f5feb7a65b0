# SPDX-License-Identifier: Apache-2.0
"""Calls of one model over the same arguments that ask for different answers are one evaluation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

import saved

pytestmark = pytest.mark.classic  # looks at plans

RANDOM = np.random.default_rng(29)
FRAME = pd.DataFrame(RANDOM.normal(size=(400, 2)), columns=["a", "b"])
TARGET = np.where(FRAME["a"] > FRAME["b"], "yes", "no")
MODELS = [
    pytest.param(LogisticRegression(), "score[", id="arithmetic"),
    pytest.param(HistGradientBoostingClassifier(max_iter=3), "ScoreBlocks", id="blocks"),
]


@pytest.fixture
def rows(spark, tmp_path):
    """Rows in Parquet with NULLs in a, as the view ``rows``."""
    given = [(at, None if at % 9 == 0 else float(a), float(b)) for at, a, b in FRAME.itertuples()]
    frame = spark.createDataFrame(given, "id INT, a DOUBLE, b DOUBLE")
    frame.coalesce(1).write.parquet(str(tmp_path / "rows"))
    # not a scan alone: from its columns the block operator scores linear models too
    spark.read.parquet(str(tmp_path / "rows")).where("id >= 0").createOrReplaceTempView("rows")


@pytest.fixture
def both(bind, alias, tmp_path):
    """Binds a model under two aliases: its label, and its probabilities."""

    def bind_both(estimator, **options):
        fitted = estimator.fit(FRAME, TARGET)
        folder = saved.sklearn(tmp_path / "m", fitted, ("a", "b"), FRAME)
        options = {"engine": "compiled", "binding": "position", **options}
        label = bind(folder, "STRING", f"{alias}_label", **options)
        chance = bind(folder, "ARRAY<DOUBLE>", f"{alias}_p", output="predict_proba", **options)
        return label, chance

    return bind_both


def operators(frame, name):
    return frame._jdf.queryExecution().executedPlan().toString().count(name)


def told(frame):
    return frame.orderBy("id").toPandas().to_json()


@pytest.mark.parametrize(("estimator", "operator"), MODELS)
@pytest.mark.usefixtures("rows")
def test_label_and_probability_are_one_operator_with_the_answers_of_two(
    spark, both, alias, estimator, operator
):
    both(estimator)
    label, chance = f"PREDICT('{alias}_label', a, b)", f"PREDICT('{alias}_p', a, b)"
    together = spark.sql(f"SELECT id, {label} AS l, {chance} AS p FROM rows")
    apart = spark.sql(f"SELECT id, {label} AS l FROM rows").join(
        spark.sql(f"SELECT id, {chance} AS p FROM rows"), "id"
    )
    assert operators(together, operator) == 1
    assert operators(apart, operator) == 2
    assert told(together) == told(apart)
    where = spark.sql(f"SELECT id, {chance}[1] AS p FROM rows WHERE {label} = 'yes'")
    assert where.count() == together.where("l = 'yes'").count() > 50
    again = spark.sql(f"SELECT id, {label} AS l, {chance} AS p, b FROM rows").cache()
    assert told(again.drop("b")) == told(apart)
    again.unpersist()


@pytest.mark.usefixtures("rows")
def test_calls_in_between_do_not_part_them(spark, both, bind, alias, tmp_path):
    both(HistGradientBoostingClassifier(max_iter=3))
    other = LogisticRegression().fit(FRAME, TARGET)
    folder = saved.sklearn(tmp_path / "other", other, ("a", "b"), FRAME)
    bind(folder, "STRING", f"{alias}_other", engine="compiled", binding="position")
    label, chance = f"PREDICT('{alias}_label', a, b)", f"PREDICT('{alias}_p', a, b)"
    between = f"PREDICT('{alias}_other', b, a)"
    mixed = spark.sql(f"SELECT id, {label} AS l, {between} AS o, {chance} AS p FROM rows")
    assert operators(mixed, "ScoreBlocks") == 1
    ordered = spark.sql(f"SELECT id, {label} AS l, {chance} AS p, {between} AS o FROM rows")
    assert told(mixed.select("id", "l", "p", "o")) == told(ordered)
    # one that reads an answer stays above it
    reading = f"PREDICT('{alias}_other', {chance}[0], a)"
    stacked = spark.sql(f"SELECT id, {label} AS l, {reading} AS o, {chance} AS p FROM rows")
    assert told(stacked.select("id", "l", "p")) == told(ordered.select("id", "l", "p"))
    assert stacked.where("o IS NOT NULL").count() == 355


@pytest.mark.usefixtures("rows")
def test_other_conditions_or_arguments_are_another_evaluation(spark, both, alias):
    both(HistGradientBoostingClassifier(max_iter=3))
    label, chance = f"PREDICT('{alias}_label', a, b)", f"PREDICT('{alias}_p', a, b)"
    guarded = spark.sql(f"SELECT id, {label} AS l, IF(b > 0, {chance}, NULL) AS p FROM rows")
    assert operators(guarded, "ScoreBlocks") == 2
    assert guarded.where("p IS NULL").count() == guarded.where("NOT b > 0 OR l IS NULL").count()
    other = f"PREDICT('{alias}_p', b, a)"
    crossed = spark.sql(f"SELECT id, {label} AS l, {other} AS p FROM rows")
    assert operators(crossed, "ScoreBlocks") == 2


@pytest.mark.usefixtures("rows")
def test_each_binding_has_its_errors_and_its_count(spark, both, alias):
    models = both(GradientBoostingClassifier(n_estimators=2), nulls="nan", on_error="capture")
    query = f"SELECT id, PREDICT('{alias}_label', a, b) AS l, PREDICT('{alias}_p', a, b) AS p"
    frame = spark.sql(f"{query} FROM rows")
    assert operators(frame, "ScoreBlocks") == 1
    bad = frame.where("l.error IS NOT NULL")
    assert bad.where("l.error = p.error AND l.value IS NULL AND p.value IS NULL").count() == 45
    assert [model.info().bad_rows for model in models] == [45, 45]
    assert frame.where("p.error IS NULL AND l.value IN ('yes', 'no')").count() == 355
