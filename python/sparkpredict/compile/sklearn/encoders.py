# SPDX-License-Identifier: Apache-2.0
"""scikit-learn's encoders of categories.

What becomes of a category is not worked out from their parameters (dropped, infrequent or missing
categories, ...): the fitted encoder is asked for each.
"""

from __future__ import annotations

import copy
import itertools
import math
import warnings
from typing import Any

import numpy as np
import pandas as pd

from sparkpredict.compile.draft import Draft, Table, doubles
from sparkpredict.compile.operations import NUMBER, TEXT
from sparkpredict.compile.sklearn.texts import null_text

_LARGEST = 2.0**53


def one_hot(draft: Draft, encoder: Any, table: Table) -> Table:
    """sklearn.preprocessing.OneHotEncoder: for each column a block of zeros and ones."""
    if not hasattr(encoder, "_n_features_outs"):
        raise draft.cannot("it was fitted by a scikit-learn before 1.2")
    kinds = _checked(draft, encoder, table)
    asked = copy.copy(encoder).set_output(transform="default")
    asked.sparse_output = True
    ends = np.cumsum(encoder._n_features_outs)  # noqa: SLF001 (nothing public tells the blocks)
    known = _answers(asked, _known_rows(encoder)).tocoo()
    unknown = _answers(asked, _unknown_row(encoder)).tocoo() if _lenient(encoder) else None
    columns: tuple[int, ...] = ()
    for at, column in enumerate(table.columns):
        start, end = ends[at] - encoder._n_features_outs[at], ends[at]  # noqa: SLF001
        places = _places(known, len(encoder.categories_[at]), start, end)
        kept, categories = _categories(encoder.categories_[at], kinds[at])
        columns += draft.add(
            "onehot",
            (column,),
            int(end - start),
            **categories,
            places=places[kept],
            unknown=None if unknown is None else int(_places(unknown, 1, start, end)[0]),
        )
    return Table(columns, sparse=bool(encoder.sparse_output))


def ordinal(draft: Draft, encoder: Any, table: Table) -> Table:
    """sklearn.preprocessing.OrdinalEncoder: for each column its codes."""
    kinds = _checked(draft, encoder, table)
    asked = copy.copy(encoder).set_output(transform="default")
    known = _answers(asked, _known_rows(encoder)).astype(np.float64)
    unknown = None
    if _lenient(encoder):
        unknown = _answers(asked, _unknown_row(encoder)).astype(np.float64)[0]
    columns: tuple[int, ...] = ()
    for at, column in enumerate(table.columns):
        kept, categories = _categories(encoder.categories_[at], kinds[at])
        columns += draft.add(
            "codes",
            (column,),
            1,
            **categories,
            values=doubles(known[kept, at]),
            unknown=None if unknown is None else doubles([unknown[at]]),
        )
    return Table(columns)


def target(draft: Draft, encoder: Any, table: Table) -> Table:
    """sklearn.preprocessing.TargetEncoder: for each column what its categories were worth."""
    kinds = _checked(draft, encoder, table)
    asked = copy.copy(encoder).set_output(transform="default")
    known = _answers(asked, _known_rows(encoder))
    unknown = _answers(asked, _unknown_row(encoder))[0]
    each = known.shape[1] // len(table.columns)  # of several classes one for each
    columns: tuple[int, ...] = ()
    for place in range(known.shape[1]):
        at = place // each
        kept, categories = _categories(encoder.categories_[at], kinds[at])
        values = doubles(known[: len(encoder.categories_[at]), place][kept])
        given = {**categories, "values": values, "unknown": doubles([unknown[place]])}
        columns += draft.add("codes", (table.columns[at],), 1, **given)
    return Table(columns)


def _checked(draft: Draft, encoder: Any, table: Table) -> list[str]:
    """The kind of each column, by the categories that were fitted."""
    if table.sparse:
        raise draft.cannot("it is given a sparse matrix")
    kinds = [_kind(draft, categories) for categories in encoder.categories_]
    numbers = [at for at, kind in enumerate(kinds) if kind == NUMBER]
    draft.refuse(table.taken(numbers), nan=False)
    return kinds


def _kind(draft: Draft, categories: Any) -> str:
    if categories.dtype.kind in "iufb":
        values = categories.astype(np.float64)
        if (np.abs(values[~np.isnan(values)]) > _LARGEST).any():
            raise draft.cannot("a category is a number beyond 2 to the power of 53")
        return NUMBER
    if all(isinstance(category, str) or _is_missing(category) for category in categories):
        return TEXT
    raise draft.cannot("the categories of a column are neither all texts nor all numbers")


def _is_missing(category: Any) -> bool:
    return category is None or (isinstance(category, float) and math.isnan(category))


def _lenient(encoder: Any) -> bool:
    return bool(encoder.handle_unknown != "error")


def _known_rows(encoder: Any) -> pd.DataFrame:
    """Rows in which every category is, from the first: that of place n is in row n."""
    rows = np.arange(max(len(categories) for categories in encoder.categories_))
    columns = [categories[rows % len(categories)] for categories in encoder.categories_]
    return _frame(encoder, columns)


def _unknown_row(encoder: Any) -> pd.DataFrame:
    """A row of values that are no categories."""
    columns: list[Any] = []
    for categories in encoder.categories_:
        known = set(categories.tolist())
        if categories.dtype.kind in "iufb":
            columns.append(np.asarray([_first_outside(known, itertools.count(0.5))]))
        else:
            texts = (f"unknown {at}" for at in itertools.count())
            columns.append(np.asarray([_first_outside(known, texts)], dtype=object))
    return _frame(encoder, columns)


def _first_outside(known: set[Any], candidates: Any) -> Any:
    return next(value for value in candidates if value not in known)


def _frame(encoder: Any, columns: list[Any]) -> pd.DataFrame:
    names = getattr(encoder, "feature_names_in_", range(len(columns)))
    return pd.DataFrame(
        {name: pd.Series(values, dtype=values.dtype) for name, values in zip(names, columns)}
    )


def _answers(encoder: Any, rows: pd.DataFrame) -> Any:
    with warnings.catch_warnings():  # that it was fitted without names, or meets the unknown
        warnings.simplefilter("ignore")
        return encoder.transform(rows)


def _places(answers: Any, rows: int, start: int, end: int) -> Any:
    """For the first rows the place of the 1 inside a block of columns; -1 where there is none."""
    inside = (answers.row < rows) & (start <= answers.col) & (answers.col < end)
    places = np.full(rows, -1, dtype=np.int32)
    places[answers.row[inside]] = answers.col[inside] - start
    return places


def _categories(categories: Any, kind: str) -> tuple[Any, dict[str, Any]]:
    """Which categories an argument can be, and these as a step's field."""
    if kind == NUMBER:
        return slice(None), {"numbers": doubles(categories)}
    is_nan = _is_missing(null_text()) and null_text() is not None
    kept = [
        at
        for at, category in enumerate(categories)
        if isinstance(category, str) or (category is not None) == is_nan
    ]
    texts = tuple(c if isinstance(c, str) else None for c in categories[kept])
    return kept, {"texts": texts}
