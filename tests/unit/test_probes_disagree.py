# SPDX-License-Identifier: Apache-2.0
"""A plan that is wrong in one place disagrees with its probes; one that rounds otherwise agrees."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import (
    HistGradientBoostingRegressor,
    RandomForestRegressor,
)
from sklearn.linear_model import LinearRegression, LogisticRegression

from probed import (
    CLASSES,
    FRAME,
    HOLES,
    TARGET,
    boosted,
    disagreeing,
    made,
)


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
