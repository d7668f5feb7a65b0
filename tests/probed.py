# SPDX-License-Identifier: Apache-2.0
"""Models with their probes, and how many of these a plan does not agree with."""

from __future__ import annotations

import lightgbm as lgb
import numpy as np
import pandas as pd
import xgboost as xgb
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import plan_numpy
from compiled import compiled
from sparkpredict.compile import plan, probes

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
    scored = plan_numpy.score(found, columns(told))
    return int(differing(found, told, scored.answers, scored.bad).sum())


def columns(told):
    """The probes by input, each an array of numbers or of texts and None."""
    return [_values(given, len(told.bad)) for given in told.inputs]


def differing(found, told, scored, bad):
    """Which rows an engine answers otherwise than the probes say.

    Args:
        found: the plan.
        told: its probes.
        scored: for each output what the engine answers; labels themselves.
        bad: which rows the engine refuses.
    """
    wrong = bad != told.bad
    for name, output in found.outputs.items():
        told_of = told.answers[name]
        answers = told_of.values.reshape(len(told.bad), -1)
        if output.label_kind is not None:
            labels = [output.labels[at] if at >= 0 else None for at in answers[:, 0]]
            differ = np.asarray([a != b for a, b in zip(scored[name].tolist(), labels)])
            if told_of.close is not None:
                differ &= ~told_of.close
        else:
            values = scored[name].reshape(answers.shape).astype(np.float64)
            differ = ~_agrees(values, answers, told_of.within).all(axis=1)
        wrong |= differ & ~told.bad
    return wrong


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
