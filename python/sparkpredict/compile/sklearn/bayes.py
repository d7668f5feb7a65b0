# SPDX-License-Identifier: Apache-2.0
"""scikit-learn's naive Bayes classifiers: sums of log likelihoods, and shares of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from sparkpredict.compile import answers
from sparkpredict.compile.draft import Draft, Table, doubles
from sparkpredict.compile.plan import Output
from sparkpredict.compile.sklearn import numbers
from sparkpredict.compile.sklearn.projections import projected


def gaussian(draft: Draft, model: Any, table: Table) -> dict[str, Output]:
    """sklearn.naive_bayes.GaussianNB: squares of distances from each class's mean."""
    draft.refuse(table, nan=True)
    draft.widens = False
    n = len(table.columns)
    sums: tuple[int, ...] = ()
    for mean, variance, prior in zip(model.theta_, model.var_, model.class_prior_):
        apart = draft.add("scale", table.columns, n, center=doubles(mean))
        squares = Table(draft.add("link", apart, n, function="square"))
        shift = np.log(prior) - 0.5 * np.sum(np.log(2.0 * np.pi * variance))
        sums += projected(draft, squares, -0.5 / variance[np.newaxis], shift).columns
    return of_likelihoods(draft, model, sums)


def bernoulli(draft: Draft, model: Any, table: Table) -> dict[str, Output]:
    """sklearn.naive_bayes.BernoulliNB: what is above a threshold, and what is not."""
    if not table.sparse:
        draft.refuse(table, nan=True)
    if model.binarize is not None:
        table = Table(numbers.binarized(draft, table, model.binarize))
    other = np.log(1 - np.exp(model.feature_log_prob_))
    shift = model.class_log_prior_ + other.sum(axis=1)
    sums = projected(draft, table, model.feature_log_prob_ - other, shift)
    return of_likelihoods(draft, model, sums.columns)


def counts(draft: Draft, model: Any, table: Table) -> dict[str, Output]:
    """sklearn.naive_bayes.MultinomialNB and ComplementNB: sums of counts times logarithms."""
    draft.refuse(table, nan=True)
    with_prior = type(model).__name__ == "MultinomialNB" or len(model.classes_) == 1
    shift = model.class_log_prior_ if with_prior else None
    sums = projected(draft, table, model.feature_log_prob_, shift)
    return of_likelihoods(draft, model, sums.columns)


def categorical(draft: Draft, model: Any, table: Table) -> dict[str, Output]:
    """sklearn.naive_bayes.CategoricalNB, of numbers without what is behind the point."""
    draft.refuse(table, nan=True)
    draft.cut(table)
    whole = draft.add("link", table.columns, len(table.columns), function="trunc")
    classes = len(model.classes_)
    terms: list[tuple[int, ...]] = []
    for column, likely in zip(whole, model.feature_log_prob_):
        known = doubles(np.arange(likely.shape[1]))
        terms += [
            draft.add("codes", (column,), 1, numbers=known, values=doubles(likely[at]))
            for at in range(classes)
        ]
    sums: tuple[int, ...] = ()
    for at in range(classes):
        each = Table(sum(terms[at::classes], ()))
        ones, shift = np.ones((1, len(whole))), model.class_log_prior_[at : at + 1]
        sums += projected(draft, each, ones, shift).columns
    return of_likelihoods(draft, model, sums)


def quadratic(draft: Draft, model: Any, table: Table) -> dict[str, Output]:
    """sklearn.discriminant_analysis.QuadraticDiscriminantAnalysis."""
    draft.refuse(table, nan=True)
    draft.widens = False
    n = len(table.columns)
    sums: tuple[int, ...] = ()
    parts = zip(model.means_, model.rotations_, model.scalings_, model.priors_)
    for mean, rotation, scaling, prior in parts:
        apart = Table(draft.add("scale", table.columns, n, center=doubles(mean)))
        turned = projected(draft, apart, (rotation * (scaling**-0.5)).T).columns
        squares = Table(draft.add("link", turned, len(turned), function="square"))
        shift = -0.5 * np.sum(np.log(scaling)) + np.log(prior)
        sums += projected(draft, squares, np.full((1, len(turned)), -0.5), shift).columns
    if len(sums) > len("01"):
        margins = answers.of_margins(draft, model, sums)
    else:
        between = projected(draft, Table(sums), np.asarray([[-1.0, 1.0]])).columns
        margins = answers.of_margins(draft, model, between)
        margins["predict"] = answers.labelled(draft, answers.greatest(draft, sums), model.classes_)
    return {**margins, **_shares(draft, sums)}


def of_likelihoods(draft: Draft, model: Any, sums: tuple[int, ...]) -> dict[str, Output]:
    """The label of the greatest, and shares; of one class alone too."""
    label = answers.greatest(draft, sums)
    return {
        "predict": answers.labelled(draft, label, model.classes_),
        "predict_joint_log_proba": answers.numbers(draft, sums, array=True),
        **_shares(draft, sums),
    }


def _shares(draft: Draft, sums: tuple[int, ...]) -> dict[str, Output]:
    n = len(sums)
    shares = draft.add("link", sums, n, function="softmax")
    logarithms = draft.add("link", sums, n, function="log_softmax")
    return {
        "predict_proba": answers.numbers(draft, shares, array=True),
        "predict_log_proba": answers.numbers(draft, logarithms, array=True),
    }
