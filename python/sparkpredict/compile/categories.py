# SPDX-License-Identifier: Apache-2.0
"""Features that XGBoost and LightGBM split as categories: from the argument to its code."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sparkpredict.compile.draft import Draft, Table, doubles

if TYPE_CHECKING:
    from sparkpredict.descriptor import Descriptor

_LARGEST = 2**53


def coded(draft: Draft, descriptor: Descriptor) -> Table:
    """All inputs, those with categories as the places of these, NaN for what is none of them.

    It is what the worker does with pandas: see ``worker/inputs.py``.
    """
    columns = list(draft.table.columns)
    for at, feature in enumerate(descriptor.features):
        if feature.categories is not None:
            columns[at] = _codes(draft, at, feature.name, feature.categories)
    return Table(tuple(columns))


def _codes(draft: Draft, column: int, name: str, categories: tuple[Any, ...]) -> int:
    return draft.add(
        "codes",
        (column,),
        1,
        **_field(draft, name, categories),
        values=doubles(range(len(categories))),
        unknown=doubles([math.nan]),
    )[0]


def _field(draft: Draft, name: str, categories: tuple[Any, ...]) -> dict[str, Any]:
    if all(isinstance(category, str) for category in categories):
        return {"texts": categories}
    if all(isinstance(c, (int, float)) and abs(c) <= _LARGEST for c in categories):
        return {"numbers": doubles(categories)}
    raise draft.cannot(f"the categories of {name} are neither all texts nor all numbers")
