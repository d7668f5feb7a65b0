# SPDX-License-Identifier: Apache-2.0
"""What values an input of a plan may have: where it is cut, its categories, its type."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from sparkpredict.compile.operations import TEXT
from sparkpredict.compile.origins import Line, categories, origins

if TYPE_CHECKING:
    from sparkpredict.compile.plan import ModelPlan, Step
    from sparkpredict.descriptor import Descriptor

_WHOLE = {
    "byte": (-(2.0**7), 2.0**7 - 1),
    "short": (-(2.0**15), 2.0**15 - 1),
    "integer": (-(2.0**31), 2.0**31 - 1),
    "long": (-(2.0**53), 2.0**53),
}


@dataclass
class Domain:
    """One input.

    Attributes:
        type: its Spark type by name; None where the model does not say.
        texts: the texts that probes have there, the last one being no category; empty for numbers.
        numbers: the numbers that are categories.
        cuts: where trees split it, sorted.
        middle: about its mean in training, where a scaler tells.
        width: about its standard deviation, likewise.
        low: the least that the model takes.
        high: the greatest that it takes.
    """

    type: str | None = None
    texts: list[str] = field(default_factory=list)
    numbers: list[float] = field(default_factory=list)
    cuts: Any = field(default_factory=lambda: np.zeros(0))
    middle: float = 0.0
    width: float | None = None
    low: float = -np.inf
    high: float = np.inf

    @cached_property
    def places(self) -> dict[str | None, int]:
        """The place of each text, -1 for NULL; to be asked for when all texts are known."""
        return {None: -1, **{text: at for at, text in enumerate(self.texts)}}

    @property
    def is_text(self) -> bool:
        """Whether its values are places among the texts, -1 for NULL."""
        return bool(self.texts)

    def drawn(self, count: int, random: np.random.Generator) -> Any:
        """Values as in training: between the cuts, or categories."""
        if self.texts:
            return random.integers(0, max(1, len(self.texts) - 1), count).astype(np.float64)
        if self.numbers:
            return random.choice(np.asarray(self.numbers), count)
        if len(self.cuts):
            return self._taken(self._between(count, random))
        width = self.width if self.width is not None else 10.0 ** random.uniform(-1, 2, count)
        return self._taken(self.middle + width * random.normal(size=count))

    def fitting(self, values: Any) -> Any:
        """The nearest values that its type has."""
        if self.texts:
            return values
        if self.type in _WHOLE:
            low, high = _WHOLE[self.type]
            whole = np.clip(np.rint(values), low, high)
            return np.where(np.isinf(values), np.nan, whole)  # there is none but NULL
        if self.type == "boolean":
            return np.where(np.isnan(values), np.nan, (values > 0.5).astype(np.float64))
        with np.errstate(over="ignore"):
            return values.astype(np.float32).astype(np.float64) if self.type == "float" else values

    def _taken(self, values: Any) -> Any:
        """Values beyond an end as far inside of it, or at the other."""
        above = np.where(values < self.low, 2 * self.low - values, values)
        return np.clip(
            np.where(above > self.high, 2 * self.high - above, above), self.low, self.high
        )

    def _between(self, count: int, random: np.random.Generator) -> Any:
        span = self.cuts[-1] - self.cuts[0]
        edge = span / 10 if 0 < span < np.inf else 1.0
        ends = np.concatenate([[self.cuts[0] - edge], self.cuts, [self.cuts[-1] + edge]])
        at = random.integers(0, len(ends) - 1, count)
        share = random.random(count)
        return ends[at] * (1 - share) + ends[at + 1] * share


def domains(plan: ModelPlan, descriptor: Descriptor) -> list[Domain]:
    """The domain of each input."""
    types = [feature.type for feature in descriptor.features]
    found = [Domain(types[at] if types else None) for at in range(len(plan.inputs))]
    made = origins(plan)
    cuts: dict[int, list[Any]] = {}
    at = len(plan.inputs)
    for step in plan.steps:
        given = [made[column] for column in step.inputs]
        if step.op in {"onehot", "codes"} and isinstance(given[0], Line):
            _add_categories(found[given[0].input], categories(step))
        for origin in made[at : at + step.out] if step.op == "scale" else ():
            if isinstance(origin, Line):
                domain = found[origin.input]
                domain.middle, domain.width = origin.shift, abs(origin.slope)
        if step.op == "refuse_outside":
            _bound(step, given, found)
        forest = _by_feature(step.fields) if step.op == "forest" else ()
        for place, edges in (*forest, *edges_of(step)):
            origin = given[place]
            if isinstance(origin, Line):
                cuts.setdefault(origin.input, []).append(origin.back(edges))
        at += step.out
    for place, values in cuts.items():
        every = np.unique(np.concatenate(values))
        found[place].cuts = every[np.isfinite(every)]
    for domain, given_input in zip(found, plan.inputs):
        if given_input.kind == TEXT:
            domain.texts.append(_outside(domain.texts))
    return found


def _bound(step: Step, given: list[Any], found: list[Domain]) -> None:
    """What a step lets through is what its inputs are drawn from."""
    for origin in given:
        if isinstance(origin, Line):
            domain = found[origin.input]
            ends = np.sort(origin.back(step.fields["inside"]))
            domain.low, domain.high = max(domain.low, ends[0]), min(domain.high, ends[1])


def edges_of(step: Step) -> list[tuple[int, Any]]:
    """Where a step that is no forest does something else with the columns that it reads."""
    if step.op == "threshold":
        return [(0, step.fields["above"])]
    if step.op == "interpolate":
        return [(0, step.fields["at"])]
    if step.op == "spline":
        degree = step.fields["degree"]  # as many knots are before their range, and behind it
        return [(0, step.fields["knots"][degree:-degree])]
    if step.op == "bins":
        starts = step.fields["starts"][1:-1].astype(np.int64)
        return list(enumerate(np.split(step.fields["edges"], starts)))
    return []


def _by_feature(fields: dict[str, Any]) -> Iterator[tuple[int, Any]]:
    """The thresholds of a forest for each feature that it tests."""
    order = np.argsort(fields["feature"], kind="stable")
    features, starts = np.unique(fields["feature"][order], return_index=True)
    parts = np.split(fields["threshold"][order], starts[1:])
    return zip(features.tolist(), parts)


def _add_categories(domain: Domain, known: tuple[Any, ...]) -> None:
    there = set(domain.texts)
    domain.texts += [c for c in known if isinstance(c, str) and c not in there]
    domain.numbers += [c for c in known if isinstance(c, float) and np.isfinite(c)]


def _outside(texts: list[str]) -> str:
    known = set(texts)
    return next(t for n in range(len(known) + 1) if (t := f"unknown {n}") not in known)
