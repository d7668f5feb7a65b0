# SPDX-License-Identifier: Apache-2.0
"""The rows that a model is probed with.

They are drawn between the splits of its trees, stand on thresholds of all trees and features and
right beside these, and hold missing, infinite, tiny and unknown values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sparkpredict.compile import neighbours
from sparkpredict.compile.domains import Domain, domains, edges_of
from sparkpredict.compile.operations import TEXT, UNREAD
from sparkpredict.compile.origins import Line, origins

if TYPE_CHECKING:
    from sparkpredict.compile.plan import ModelPlan
    from sparkpredict.descriptor import Descriptor

MOST_ROWS = 8192
MOST_ROWS_OF_LARGE = 16384
LARGE_NODES = 200_000
MOST_VALUES = 2_000_000
# How many steps through trees the model is asked for, about half a second of scikit-learn's.
MOST_STEPS = 50_000_000

_ODD_ROWS = 64
_EDGES = 16  # of a column; in full they would be rows without end
_MOST_BAD = 32
_HUGE = (np.inf, -np.inf, 1e308, -1e308, 3.4028235e38, 3.5e38)
_TINY = (0.0, -0.0, 5e-324, -5e-324, 1e-45, 1e-40, -1e-35, 1e-35, float(np.float32(1e-35)))


class Rows:
    """Makes the rows of a plan.

    Args:
        plan: the plan.
        descriptor: how the model's inputs are matched.
        full: whether there are to be rows beside every threshold.

    Attributes:
        domains: of the inputs.
        thresholds: how many distinct tests of numbers the trees have.
        most_rows: how many rows there will be, about.
    """

    def __init__(self, plan: ModelPlan, descriptor: Descriptor, *, full: bool) -> None:
        self.plan = plan
        self.domains: list[Domain] = domains(plan, descriptor)
        self.full = full
        self.origins = origins(plan)
        self.random = np.random.default_rng(20240229)
        self.tests: set[tuple[int, int, float]] = set()
        self.nodes = sum(len(step.fields["feature"]) for step in plan.forests)
        self.thresholds = sum(_distinct(step.fields) for step in plan.forests)
        self.most_rows = self._most_rows()

    @property
    def tested(self) -> int:
        """How many distinct tests have rows beside them by now."""
        return len(self.tests)

    def batches(self) -> list[tuple[Any, int]]:
        """Rows, and how many of them the model may refuse before they are cut down to a few."""
        shaped = self._shaped(max(64, min(self.most_rows, MOST_ROWS_OF_LARGE) // 4))
        near, gone = self._near(self.most_rows - len(shaped))
        made = [(np.concatenate([shaped, near, self._at_edges()]), _MOST_BAD)]
        odd = self._shaped(_ODD_ROWS)
        made += [(self._mixed(odd, values), 0) for values in (_HUGE, _TINY)]
        made += [(np.concatenate([self._missing(_ODD_ROWS), gone]), 0)]
        if any(domain.texts or domain.numbers for domain in self.domains):
            made += [(self._unknown(odd), 0)]
        return [(self._fitting(rows), most) for rows, most in made if len(rows)]

    def told(self, rows: Any) -> tuple[Any, ...]:
        """The rows by input, as the probes hold them."""
        return tuple(
            None if given.kind == UNREAD else _told(given.kind, domain, rows[:, at])
            for at, (given, domain) in enumerate(zip(self.plan.inputs, self.domains))
        )

    def _most_rows(self) -> int:
        widths = [neighbours.width(self._given(step)) for step in self.plan.forests]
        if self.full:
            return MOST_ROWS + self.nodes * max(widths, default=0)
        most = MOST_ROWS_OF_LARGE if self.nodes > LARGE_NODES else MOST_ROWS
        by_size = MOST_VALUES // max(1, len(self.plan.inputs))
        return int(max(256, min(most, by_size, MOST_STEPS // max(1, _steps(self.plan)))))

    def _given(self, step: Any) -> list[Any]:
        return [self.origins[column] for column in step.inputs]

    def _shaped(self, count: int) -> Any:
        return np.column_stack([domain.drawn(count, self.random) for domain in self.domains])

    def _near(self, most: int) -> tuple[Any, Any]:
        """Rows at thresholds, and rows without a number there."""
        nothing = np.zeros((0, len(self.domains)))
        near, gone = [nothing], [nothing]
        for place, step in enumerate(self.plan.forests):
            given = self._given(step)
            nodes = self.nodes if self.full else most // neighbours.width(given)
            share = nodes * len(step.fields["feature"]) // max(1, self.nodes)
            for found in neighbours.chosen(step.fields, share, self.random):
                base = self._shaped(len(found.nodes))
                beside, without = neighbours.rows(step.fields, found, given, self.domains, base)
                near.append(beside)
                gone.append(without)
                self._note(place, step.fields, found)
        return np.concatenate(near), np.concatenate(gone)

    def _at_edges(self) -> Any:
        """Rows on and beside edges of bins, and the like: about as many of each step."""
        made = [np.zeros((0, len(self.domains)))]
        for step in self.plan.steps:
            for place, edges in edges_of(step):
                origin = self.origins[step.inputs[place]]
                finite = edges[np.isfinite(edges)]
                if not isinstance(origin, Line) or not len(finite):
                    continue
                few = self.random.permutation(finite)[:_EDGES]
                domain = self.domains[origin.input]
                values = neighbours.near(few, origin, domain).reshape(-1)
                values = values[(domain.low <= values) & (values <= domain.high)]
                rows = self._shaped(len(values))
                rows[:, origin.input] = values
                made.append(rows[np.isfinite(values)])
        return np.concatenate(made)[: self.most_rows]

    def _note(self, forest: int, fields: dict[str, Any], found: neighbours.Chosen) -> None:
        at = int(fields["tree_nodes"][found.tree]) + found.nodes
        numbers = fields["set"][at] < 0 if "set" in fields else np.ones(len(at), dtype=bool)
        pairs = zip(fields["feature"][at[numbers]], fields["threshold"][at[numbers]])
        self.tests.update((forest, int(feature), float(t)) for feature, t in pairs)

    def _mixed(self, rows: Any, values: tuple[float, ...]) -> Any:
        """Rows with one such number each, and some with nothing else."""
        made = rows.copy()
        at = self.random.integers(0, made.shape[1], len(made))
        made[np.arange(len(made)), at] = np.resize(values, len(made))
        made[: len(values)] = np.asarray(values)[:, np.newaxis]
        texts = [place for place, domain in enumerate(self.domains) if domain.is_text]
        made[:, texts] = rows[:, texts]
        return made

    def _missing(self, count: int) -> Any:
        made = self._shaped(count)
        gone = self.random.random(made.shape) < 0.2
        gone[0] = True
        gone[1:, :][~gone[1:].any(axis=1), 0] = True
        none = np.asarray([-1.0 if domain.is_text else np.nan for domain in self.domains])
        return np.where(gone, none, made)

    def _unknown(self, rows: Any) -> Any:
        made = rows.copy()
        for place, domain in enumerate(self.domains):
            some = self.random.random(len(made)) < 0.5
            if domain.texts:
                made[some, place] = len(domain.texts) - 1
            elif domain.numbers:
                made[some, place] = max(domain.numbers) + 0.5 + self.random.integers(0, 9)
        return made

    def _fitting(self, rows: Any) -> Any:
        pairs = enumerate(self.domains)
        return np.column_stack([domain.fitting(rows[:, at]) for at, domain in pairs])


def _steps(plan: ModelPlan) -> int:
    """About how many nodes a row passes."""
    steps = 0.0
    for step in plan.forests:
        sizes = np.diff(step.fields["tree_nodes"].astype(np.int64)) + 1.0
        steps += float(np.log2(sizes).sum() * 1.5)
    return int(steps)


def _distinct(fields: dict[str, Any]) -> int:
    numbers = fields["set"] < 0 if "set" in fields else slice(None)
    features, thresholds = fields["feature"][numbers], fields["threshold"][numbers]
    order = np.lexsort((thresholds, features))
    features, thresholds = features[order], thresholds[order]
    other = (features[1:] != features[:-1]) | (thresholds[1:] != thresholds[:-1])
    return int(other.sum()) + 1 if len(order) else 0


def _told(kind: str, domain: Domain, values: Any) -> Any:
    if kind != TEXT:
        return values
    return values.astype(np.int32), tuple(domain.texts)
