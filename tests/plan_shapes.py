# SPDX-License-Identifier: Apache-2.0
"""Steps of docs/model-plan.md that bend numbers, cut or choose, with numpy; see plan_numpy."""

from __future__ import annotations

import numpy as np
from scipy import stats
from scipy.interpolate import BSpline


def product(fields, given, out, rows, flaws):
    return [a * b for a, b in zip(given, given[out:])]


def bins(fields, given, out, rows, flaws):
    starts = fields["starts"].astype(int)
    edges = [fields["edges"][start:end] for start, end in zip(starts, starts[1:])]
    return [len(e) - (e[:, None] > x).sum(axis=0) * 1.0 for e, x in zip(edges, given)]


def interpolate(fields, given, out, rows, flaws):
    (x,), at, values = given, fields["at"], fields["values"]
    made = np.interp(x, at, values)
    if "beyond" in fields:
        made = np.where((x < at[0]) | (x > at[-1]), fields["beyond"][0], made)
    return [np.where(np.isnan(x), x, made)]


def spline(fields, given, out, rows, flaws):
    knots, degree = fields["knots"], fields["degree"]
    low, high = knots[degree], knots[-degree - 1]
    x = low + (given[0] - low) % (high - low) if fields["periodic"] else given[0]
    made = BSpline(knots, np.eye(out), degree)(np.nan_to_num(x, posinf=low, neginf=low))
    if "ends" in fields:
        first, first_slope, last, last_slope = fields["ends"].reshape(4, out)
        below, above = x[:, None] < low, x[:, None] > high
        made = np.where(below, first + np.nan_to_num((x[:, None] - low) * first_slope), made)
        made = np.where(above, last + np.nan_to_num((x[:, None] - high) * last_slope), made)
    return list(np.where(np.isnan(x)[:, None], 0.0, made).T)


def yeo_johnson(fields, given, out, rows, flaws):
    return [stats.yeojohnson(x, power) for x, power in zip(given, fields["powers"])]


def weighted_median(fields, given, out, rows, flaws):
    made = []
    for row in np.asarray(given).T:
        order = np.argsort(row, kind="stable")
        reached = np.cumsum(fields["weights"][order])
        made.append(row[order[np.argmax(reached >= 0.5 * reached[-1])]])
    return [np.asarray(made)]
