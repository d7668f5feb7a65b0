# SPDX-License-Identifier: Apache-2.0
"""Probes: a plan that is right agrees with them, and one that is wrong in one place does not."""

from __future__ import annotations

import dataclasses
import time

import lightgbm as lgb
import numpy as np
import pandas as pd
import pytest
import xgboost as xgb
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

import plan_numpy
from compiled import compiled
from sparkpredict.compile import container, plan, probes
from sparkpredict.compile.unsupported import Unsupported

RANDOM = np.random.default_rng(4)
N = 400
FRAME = pd.DataFrame(RANDOM.normal(size=(N, 3)) * [1, 100, 1e-3], columns=["x", "y", "z"])
HOLES = FRAME.mask(RANDOM.random(FRAME.shape) < 0.1)
TARGET = FRAME["x"] + FRAME["y"] / 100 + FRAME["z"] * 1000 + 0.1 * RANDOM.normal(size=N)
CLASSES = np.where(TARGET > 0.5, "high", "low")
WHOLE = pd.DataFrame(
    {
        "n": RANDOM.integers(-9, 9, N),
        "s": RANDOM.integers(0, 99, N).astype(np.int32),
        "flag": RANDOM.random(N) < 0.5,
    }
)
MIXED = FRAME.assign(color=np.asarray(["red", "green", "blue"], object)[RANDOM.integers(0, 3, N)])
SINGLE = FRAME.astype(np.float32)


def encoded(model, **options):
    split = ColumnTransformer(
        [
            ("numbers", make_pipeline(SimpleImputer(), StandardScaler()), ["x", "y"]),
            ("texts", OneHotEncoder(**options), ["color"]),
        ]
    )
    return make_pipeline(split, model)


def boosted(flavor, **params):
    if flavor == "xgboost":
        return xgb.XGBRegressor(n_estimators=10, n_jobs=1, **params)
    return lgb.LGBMRegressor(n_estimators=10, n_jobs=1, verbosity=-1, **params)


def made(library, data, flavor="sklearn", **options):
    found = compiled(library, data, flavor)
    digest = plan.digest(found.plan.to_bytes())
    told = probes.probes_of(found.plan, digest, found.model, found.descriptor, **options)
    return found.plan, told


def disagreeing(found, told):
    """How many rows a plan answers otherwise than the probes say."""
    columns = [_values(given, len(told.bad)) for given in told.inputs]
    scored = plan_numpy.score(found, columns)
    wrong = scored.bad != told.bad
    for name, output in found.outputs.items():
        told_of = told.answers[name]
        answers = told_of.values.reshape(len(told.bad), -1)
        if output.label_kind is not None:
            labels = [output.labels[at] if at >= 0 else None for at in answers[:, 0]]
            differ = np.asarray([a != b for a, b in zip(scored.answers[name].tolist(), labels)])
            if told_of.close is not None:
                differ &= ~told_of.close
        else:
            values = scored.answers[name].reshape(answers.shape).astype(np.float64)
            differ = ~_agrees(values, answers, told_of.within).all(axis=1)
        wrong |= differ & ~told.bad
    return int(wrong.sum())


def _agrees(values, answers, within):
    both_nan = np.isnan(values) & np.isnan(answers)
    if within is None:
        return both_nan | (values.view(np.int64) == answers.view(np.int64))
    near = within.reshape(answers.shape)
    with np.errstate(invalid="ignore"):
        return both_nan | (values == answers) | np.isinf(near) | (np.abs(values - answers) <= near)


def _values(given, rows):
    if given is None:
        return np.zeros(rows)
    if isinstance(given, tuple):
        codes, texts = given
        return np.asarray([None if at < 0 else texts[at] for at in codes], dtype=object)
    return given


CASES = [
    pytest.param(LinearRegression(), FRAME, "sklearn", id="linear"),
    pytest.param(make_pipeline(StandardScaler(), LogisticRegression()), FRAME, "sklearn", id="log"),
    pytest.param(encoded(LogisticRegression()), MIXED, "sklearn", id="mixed"),
    pytest.param(
        encoded(RandomForestClassifier(5), handle_unknown="ignore"), MIXED, "sklearn", id="encoded"
    ),
    pytest.param(RandomForestRegressor(5), FRAME, "sklearn", id="forest"),
    pytest.param(RandomForestRegressor(5), HOLES, "sklearn", id="forest-with-holes"),
    pytest.param(RandomForestRegressor(5), WHOLE, "sklearn", id="forest-of-whole"),
    pytest.param(RandomForestRegressor(5), SINGLE, "sklearn", id="forest-of-floats"),
    pytest.param(GradientBoostingRegressor(n_estimators=9), FRAME, "sklearn", id="boosted"),
    pytest.param(HistGradientBoostingClassifier(max_iter=9), HOLES, "sklearn", id="histogram"),
    pytest.param(
        make_pipeline(
            OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
            HistGradientBoostingRegressor(max_iter=5),
        ),
        MIXED[["color"]],
        "sklearn",
        id="ordinal",
    ),
    pytest.param(boosted("lightgbm"), HOLES, "lightgbm", id="lightgbm"),
    pytest.param(boosted("xgboost"), HOLES, "xgboost", id="xgboost"),
    pytest.param(boosted("xgboost", missing=1.0), FRAME, "xgboost", id="xgboost-missing"),
]


@pytest.mark.parametrize(("model", "data", "flavor"), CASES)
def test_the_plan_agrees_with_its_probes(model, data, flavor):
    is_label = hasattr(model, "predict_proba")
    found, told = made(model.fit(data, CLASSES if is_label else TARGET), data, flavor)
    assert disagreeing(found, told) == 0
    assert len(told.bad) >= 256
    assert (~told.bad).sum() > len(told.bad) * 0.9
    for name, output in found.outputs.items():
        width = 1 if output.label_kind else len(output.columns)
        assert len(told.answers[name].values) == len(told.bad) * width


def test_rows_that_the_model_refuses_are_told_and_few():
    _, told = made(GradientBoostingRegressor(n_estimators=3).fit(FRAME, TARGET), FRAME)
    assert 4 <= told.bad.sum() <= 40
    assert np.isnan(told.answers["predict"].values[told.bad]).all()
    assert not np.isnan(told.answers["predict"].values[~told.bad]).any()


def test_unknown_categories_are_bad_where_the_encoder_says_so():
    _, strict = made(encoded(LogisticRegression()).fit(MIXED, CLASSES), MIXED)
    codes, texts = strict.inputs[3]
    unknown = codes == len(texts) - 1
    assert unknown.any()
    assert strict.bad[unknown].all()
    assert strict.inputs[2] is None  # z is dropped


@pytest.mark.parametrize("flavor", ["sklearn", "lightgbm", "xgboost"])
def test_missing_infinite_and_tiny_values_are_among_the_rows(flavor):
    model = HistGradientBoostingRegressor(max_iter=5) if flavor == "sklearn" else boosted(flavor)
    _, told = made(model.fit(HOLES, TARGET), HOLES, flavor)
    for values in told.inputs:
        good = values[~told.bad]
        assert np.isnan(good).sum() > 20
        assert {np.inf, -np.inf, 5e-324, 1e308} <= set(good.tolist())
        assert np.signbit(good[good == 0.0]).any()


def test_a_small_model_has_all_thresholds_tested_and_a_large_one_all_when_asked():
    _, told = made(HistGradientBoostingRegressor(max_iter=9).fit(FRAME, TARGET), FRAME)
    assert told.tested == told.thresholds > 90
    forest = RandomForestRegressor(30, random_state=0).fit(FRAME, TARGET)
    _, some = made(forest, FRAME)
    assert len(some.bad) < 10_000
    assert 900 < some.tested < some.thresholds
    full = made(forest, FRAME, full=True)[1]
    assert full.tested == full.thresholds == some.thresholds


def test_probes_of_a_large_forest_are_spread_over_all_its_trees_and_features():
    forest = RandomForestRegressor(40, random_state=0).fit(FRAME, TARGET)
    found = compiled(forest, FRAME).plan
    fields = found.forests[0].fields
    from sparkpredict.compile import neighbours

    taken = list(neighbours.chosen(fields, 400, np.random.default_rng(0)))
    assert {c.tree for c in taken} == set(range(40))
    assert sum(len(c.nodes) for c in taken) == 400
    for c in taken:
        features = fields["feature"][int(fields["tree_nodes"][c.tree]) + c.nodes]
        assert set(features) == {0, 1, 2}


@pytest.mark.parametrize("flavor", ["sklearn", "forest", "lightgbm", "xgboost"])
def test_a_plan_that_is_wrong_in_one_place_is_found_out(flavor):
    models = {
        "sklearn": HistGradientBoostingRegressor(max_iter=4, max_depth=4),
        "forest": RandomForestRegressor(4, max_depth=5, random_state=0),
    }
    model = models[flavor] if flavor in models else boosted(flavor, max_depth=4)
    library = model.fit(HOLES, TARGET)
    found, told = made(library, HOLES, flavor if flavor not in models else "sklearn")
    assert disagreeing(found, told) == 0
    fields = found.forests[0].fields
    single = flavor in {"xgboost", "forest"}
    reached = set(_reached_without_a_number(fields))
    wrong = []
    for node, threshold in enumerate(fields["threshold"]):
        sides = (np.inf, -np.inf) if np.isfinite(threshold) else ()
        wrong += [("threshold", node, _beside(threshold, to, single=single)) for to in sides]
        if node in reached:
            wrong.append(("flags", node, fields["flags"][node] ^ 1))
    for leaf, value in enumerate(fields["leaf"]):
        wrong.append(("leaf", leaf, value + abs(value) + 1))
    missed = [change for change in wrong if not _caught(found, told, *change)]
    assert len(wrong) > 150
    assert len(missed) <= 0.02 * len(wrong), missed


def _reached_without_a_number(fields):
    """The nodes that a row comes to whose feature there is missing."""
    for tree in range(len(fields["tree_nodes"]) - 1):
        start, end = (int(at) for at in fields["tree_nodes"][tree : tree + 2])
        waiting = [(0, {})] if end > start else []
        while waiting:
            node, gone = waiting.pop()
            at = start + node
            feature, missing_left = fields["feature"][at], bool(fields["flags"][at] & 1)
            if gone.get(feature, True):
                yield at
            for child, is_left in ((fields["left"][at], True), (fields["right"][at], False)):
                if child >= 0:
                    can_be = gone.get(feature, True) and missing_left == is_left
                    waiting.append((int(child), {**gone, feature: can_be}))


def _beside(threshold, toward, *, single):
    if single:
        near = np.float32(threshold)
        if (toward > 0) == (float(near) <= threshold):
            near = np.nextafter(near, np.float32(toward))
        return float(np.nextafter(near, np.float32(toward)))
    return np.nextafter(threshold, toward)


def _caught(found, told, field, at, value):
    place = found.steps.index(found.forests[0])
    step = found.steps[place]
    changed = step.fields[field].copy()
    changed[at] = value
    step = dataclasses.replace(step, fields={**step.fields, field: changed})
    steps = (*found.steps[:place], step, *found.steps[place + 1 :])
    return disagreeing(dataclasses.replace(found, steps=steps), told) > 0


def test_the_bytes_of_probes_are_a_container_and_the_same_each_time():
    model = encoded(RandomForestClassifier(5, random_state=0), handle_unknown="ignore")
    library = model.fit(MIXED, CLASSES)
    found, told = made(library, MIXED)
    data = told.to_bytes()
    assert made(library, MIXED)[1].to_bytes() == data
    head, arrays = container.read(container.PROBES, data)
    assert head["plan"] == plan.digest(found.to_bytes())
    assert head["rows"] == len(arrays[head["bad"]]) == len(told.bad)
    assert head["inputs"][2] is None
    assert head["inputs"][3]["texts"][:3] == ["blue", "green", "red"]
    assert arrays[head["inputs"][3]["codes"]].min() == -1
    assert set(arrays[head["outputs"]["predict"]["places"]]) == {-1, 0, 1}
    assert len(arrays[head["outputs"]["predict_proba"]["values"]]) == 2 * head["rows"]
    assert head["coverage"] == {"thresholds": told.thresholds, "tested": told.tested}


def test_sums_that_cancel_are_given_the_room_of_their_terms():
    model = LinearRegression().fit(FRAME, TARGET)
    model.coef_, model.intercept_ = np.asarray([1e8, -1e6, 0.1]), 1.0
    found, told = made(model, FRAME)
    answer = told.answers["predict"]
    good = ~told.bad
    exact, room = answer.values[good], answer.within[good]
    assert (room >= 1e-12 * np.abs(exact)).all()
    assert (room > 1.02e-12 * np.abs(exact)).any()
    usual = np.isfinite(room) & (np.abs(exact) < 1e12)
    assert (room[usual] < 1.0).all()
    assert np.isinf(room).any()  # all of 1e308
    other = dataclasses.replace(
        found.steps[-1], inputs=(2, 1, 0), fields=_turned(found.steps[-1].fields)
    )
    assert disagreeing(dataclasses.replace(found, steps=(*found.steps[:-1], other)), told) == 0


def _turned(fields):
    return {**fields, "coefficients": fields["coefficients"][::-1].copy()}


def test_labels_of_classes_that_are_as_good_are_told():
    flat = pd.DataFrame({"x": [-1.0, 1.0] * 50})
    model = LogisticRegression().fit(flat, ["a", "b"] * 50)
    model.intercept_[:] = 0.0  # so that a row of 0 is neither
    _, told = made(model, flat)
    good = ~told.bad
    assert told.answers["predict"].close[good].any()
    assert not told.answers["predict"].close[good].all()


def test_what_is_left_of_one_is_given_the_room_of_one():
    model = LogisticRegression().fit(FRAME, CLASSES)
    _, told = made(model, FRAME)
    rest, other = told.answers["predict_proba"].within.reshape(-1, 2)[~told.bad].T
    assert (rest >= 2.0**-50).all()
    assert (other < 2.0**-50).any()


def test_categories_that_trees_see_as_numbers_too_are_not_split_apart():
    data = pd.DataFrame({"k": RANDOM.integers(0, 9, N).astype(float)})
    known = ("known", OneHotEncoder(sparse_output=False), ["k"])
    split = ColumnTransformer([known, ("as it is", "passthrough", ["k"])])
    model = make_pipeline(split, HistGradientBoostingRegressor(max_iter=5))
    found, told = made(model.fit(data, data["k"]), data)
    assert disagreeing(found, told) == 0
    assert told.bad.sum() < 20


class Moody(HistGradientBoostingRegressor):
    """Takes no row whose first number is above 0."""

    def predict(self, X):  # noqa: N803 (scikit-learn's own name)
        if (np.asarray(X)[:, 0] > 0).any():
            raise ValueError("no such rows")
        return super().predict(X)


def test_a_model_that_refuses_its_own_thresholds_has_no_probes():
    model = HistGradientBoostingRegressor(max_iter=5)
    found = compiled(model.fit(FRAME, TARGET), FRAME)
    found.model._model_impl.sklearn_model = Moody(max_iter=5).fit(FRAME, TARGET)
    told = probes.probes_of(found.plan, "", found.model, found.descriptor)
    assert "at its own thresholds" in str(told)


class Slow(LinearRegression):
    """Takes its time."""

    def predict(self, X):  # noqa: N803 (scikit-learn's own name)
        time.sleep(0.05)
        return super().predict(X)


def test_a_model_that_takes_too_long_has_no_probes():
    found = compiled(LinearRegression().fit(FRAME, TARGET), FRAME)
    found.model._model_impl.sklearn_model = Slow().fit(FRAME, TARGET)
    told = probes.probes_of(found.plan, "0" * 64, found.model, found.descriptor, seconds=0.04)
    assert isinstance(told, Unsupported)
    assert "more than 0.04 seconds" in str(told)


def test_a_full_validation_has_an_end():
    forest = RandomForestRegressor(3).fit(FRAME, TARGET)
    found = compiled(forest, FRAME)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(probes, "MOST_VALUES_IN_FULL", 1000)
        told = probes.probes_of(found.plan, "", found.model, found.descriptor, full=True)
    assert "a full validation would take" in str(told)
