# SPDX-License-Identifier: Apache-2.0
"""numpy's functions of one number that a plan has too."""

from __future__ import annotations

from typing import Any

import numpy as np

from sparkpredict.compile.draft import Draft, Table

_LINKS: dict[Any, str] = {
    **{getattr(np, name): name for name in ("exp", "expm1", "exp2", "tanh")},
    **{getattr(np, name): name for name in ("log", "log1p", "log2", "log10")},
    **{getattr(np, name): name for name in ("sqrt", "square", "abs", "reciprocal")},
    **{getattr(np, name): name for name in ("cbrt", "sin", "cos", "sinh", "cosh", "arctan")},
    **{getattr(np, name): name for name in ("trunc", "floor", "ceil", "rint", "sign")},
    np.fabs: "abs",
    np.round: "rint",
    np.around: "rint",
}
# What jumps from one number to another.
_STEPS = frozenset(("trunc", "floor", "ceil", "rint", "sign"))


def applied(
    draft: Draft, function: Any, arguments: Any, columns: tuple[int, ...]
) -> tuple[int, ...]:
    """A function of each of some columns; None is the identity.

    Raises:
        CannotCompile: it is any other function, which may do anything.
    """
    if function is None:
        return columns
    try:
        name = _LINKS.get(function)
    except TypeError:  # it cannot be looked up
        name = None
    if name is None or arguments:
        told = getattr(function, "__name__", type(function).__name__)
        raise draft.cannot(f"the function {told} is not compiled")
    if name in _STEPS:
        draft.cut(Table(columns))
    return draft.add("link", columns, len(columns), function=name)
