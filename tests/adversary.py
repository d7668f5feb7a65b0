# SPDX-License-Identifier: Apache-2.0
"""Rows made to bring a plan and its library apart, scored by the JVM and by the library.

Half of all numbers stand on a threshold, an edge or a category of the plan, or right beside it as a
double or a float32, or are special: missing, infinite, tiny, huge, zeros of both signs.
"""

from __future__ import annotations

import numpy as np

import probed
from compiled import SPECIAL, compiled
from program_jvm import Program
from sparkpredict.compile import plan as plans
from sparkpredict.compile.asking import Asked
from sparkpredict.compile.probes import Probes, answered
from sparkpredict.compile.rows import Rows

CHUNK = 100_000
_BLOCK = 16_384
_ALONE = 20  # so many refused rows of each chunk are asked one by one
_ON_EDGES = 0.5


def differences(spark, library, data, flavor, rows, seed):
    """How many of some rows the JVM answers otherwise than the library, and an example.

    Args:
        spark: a classic session.
        library: the fitted model.
        data: what it was fitted on.
        flavor: MLflow's.
        rows: how many are drawn.
        seed: from which they are drawn.
    """
    made = compiled(library, data, flavor)
    assert isinstance(made.plan, plans.ModelPlan), made.plan
    making = Rows(made.plan, made.descriptor, full=False)
    asked = Asked(made.plan, made.model, made.descriptor, making.domains)
    columns = sorted({c for output in made.plan.outputs.values() for c in output.columns})
    program = Program(spark, made.plan, columns)
    points = [_points(domain) for domain in making.domains]
    random = np.random.default_rng(seed)
    count, example = 0, None
    for start in range(0, rows, CHUNK):
        drawn = _drawn(making.domains, points, min(CHUNK, rows - start), random)
        wrong = _wrong(made.plan, making, asked, program, drawn)
        count += int(wrong.sum())
        example = drawn[wrong][0].tolist() if example is None and wrong.any() else example
    return count, example


def _points(domain):
    """Where one input is cut, the numbers beside, and special ones."""
    if domain.texts:
        return np.arange(-1.0, len(domain.texts))
    cuts = np.asarray([*domain.cuts, *domain.numbers])
    with np.errstate(over="ignore"):
        single = cuts.astype(np.float32)
        beside = [
            *(cuts, np.nextafter(cuts, np.inf), np.nextafter(cuts, -np.inf), single),
            *(np.nextafter(single, np.float32(np.inf)), np.nextafter(single, np.float32(-np.inf))),
        ]
    special = np.asarray(SPECIAL)
    near = np.concatenate([np.asarray(part, dtype=np.float64) for part in beside])
    return np.concatenate([near, *[special] * (1 + len(near) // (8 * len(special)))])


def _drawn(domains, points, count, random):
    """A row for each: inputs as in training, and half of them from the points."""
    made = np.column_stack([domain.drawn(count, random) for domain in domains])
    for at, (domain, values) in enumerate(zip(domains, points)):
        on_edges = random.random(count) < _ON_EDGES
        made[on_edges, at] = random.choice(values, int(on_edges.sum()))
        made[:, at] = domain.fitting(made[:, at])
    return made


def _wrong(plan, making, asked, program, rows):
    told = making.told(rows)
    columns = probed.columns(Probes("", told, np.zeros(len(rows)), {}, 0, 0))
    found, bad = program.answers(columns, _BLOCK)
    answers = answered(plan, asked, making, rows, bad)
    scored = {name: _answer(program, output, found) for name, output in plan.outputs.items()}
    wrong = probed.differing(plan, Probes("", told, bad, answers, 0, 0), scored, bad)
    name = next(iter(plan.outputs))
    for at in np.flatnonzero(bad)[:_ALONE]:
        wrong[at] |= not asked.bad(name, rows[at : at + 1], 1)[0]
    return wrong


def _answer(program, output, found):
    values = found[:, [program.columns.index(column) for column in output.columns]]
    if output.label_kind is None:
        return values
    places = np.where(np.isnan(values[:, 0]), 0, values[:, 0]).astype(int)
    return np.asarray(output.labels, dtype=object)[places]
