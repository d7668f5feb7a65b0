# SPDX-License-Identifier: Apache-2.0
"""What a query costs without a model, and with one that somebody has written down in SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql.functions import expr

from benchmarks.case import Case, Contender, to_nowhere
from benchmarks.peers import Cannot


def scan(case: Case) -> Contender:
    return Contender(lambda: to_nowhere(case.rows.select(*case.columns)))


def by_hand(case: Case) -> Contender:
    written = _sql(case.model.estimator, list(case.columns))

    def scoring(rows: DataFrame) -> DataFrame:
        return rows.select(*case.kept, expr(written).alias("score"))

    return case.contender(scoring)


def _sql(estimator: Any, columns: list[str]) -> str:
    """The model in SQL.

    Raises:
        Cannot: nobody would write it down.
    """
    name = type(estimator).__name__ if estimator is not None else "graph"
    if name not in WRITTEN:
        raise Cannot(f"nobody writes a {name} down in SQL")
    return WRITTEN[name](estimator, columns)


def _linear(estimator: Any, columns: list[str]) -> str:
    weights = estimator.coef_.ravel().tolist()
    terms = [f"{name} * {weight!r}D" for name, weight in zip(columns, weights)]
    return _sum([*terms, f"{float(estimator.intercept_)!r}D"])


def _pipeline(pipeline: Any, _: list[str]) -> str:
    """Scaled numbers and one-hot texts, then an estimator of classes 0 and 1."""
    steps = [(step, columns) for _, step, columns in pipeline[0].transformers_]
    estimator = pipeline[-1]
    kind = type(estimator).__name__
    if kind == "LogisticRegression":
        weights = iter(estimator.coef_.ravel().tolist())
        terms = [term for step, columns in steps for term in _weighted(step, columns, weights)]
        total = _sum([*terms, f"{float(estimator.intercept_[0])!r}D"])
        return f"CASE WHEN {total} > 0 THEN 1D ELSE 0D END"
    if kind == "DecisionTreeClassifier":
        features = [one for step, columns in steps for one in _encoded(step, columns)]
        return _branches(estimator.tree_, features, 0)
    raise Cannot(f"nobody writes a {kind} down in SQL")


def _weighted(step: Any, columns: list[str], weights: Iterator[float]) -> Iterator[str]:
    """A term for each column: one CASE has the weights of all its texts."""
    if not hasattr(step, "categories_"):
        for scaled, weight in zip(_encoded(step, columns), weights):
            yield f"{scaled} * {weight!r}D"
        return
    for name, values in zip(columns, step.categories_):
        cases = " ".join(f"WHEN '{value}' THEN {next(weights)!r}D" for value in values)
        yield f"CASE {name} {cases} ELSE 0D END"


def _encoded(step: Any, columns: list[str]) -> list[str]:
    """Each feature by itself."""
    if hasattr(step, "categories_"):
        return [
            f"CASE WHEN {name} = '{value}' THEN 1D ELSE 0D END"
            for name, values in zip(columns, step.categories_)
            for value in values
        ]
    scales = zip(columns, step.mean_.tolist(), step.scale_.tolist())
    return [f"({name} - {mean!r}D) / {scale!r}D" for name, mean, scale in scales]


def _branches(tree: Any, features: list[str], node: int) -> str:
    if tree.children_left[node] < 0:
        return f"{float(tree.value[node][0].argmax())!r}D"
    low, high = (
        _branches(tree, features, child)
        for child in (tree.children_left[node], tree.children_right[node])
    )
    test = f"CAST({features[tree.feature[node]]} AS FLOAT) <= {tree.threshold[node].item()!r}D"
    return f"CASE WHEN {test} THEN {low} ELSE {high} END"


def _sum(terms: list[str]) -> str:
    """Added in pairs: a chain of thousands is deeper than the parser's stack."""
    while len(terms) > 1:
        pairs = [terms[at : at + 2] for at in range(0, len(terms), 2)]
        terms = [f"({' + '.join(pair)})" for pair in pairs]
    return terms[0]


WRITTEN: dict[str, Callable[[Any, list[str]], str]] = {
    "LinearRegression": _linear,
    "Pipeline": _pipeline,
}
