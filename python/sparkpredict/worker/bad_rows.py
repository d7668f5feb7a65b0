# SPDX-License-Identifier: Apache-2.0
"""Finds the rows on which a model fails, by halving a batch that it failed on.

For k bad rows among n, and a model that fails on a batch because it fails on one of its rows, at
most ``2 * k * log2(n) + 1`` calls of the model, the first one with all rows included; never more
than ``2 * n - 1``, which it takes when every row is bad. The smaller half is called first: if it
passes, the fault is in the other one, which is halved at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

_LONGEST = 1000
# What native libraries say, as an error of any type, when memory runs out.
_MEMORY = re.compile(
    r"bad[_ ]?alloc|out of memory|cannot allocate memory|unable to allocate|can't allocate memory"
    r"|failed to allocate memory",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Part:
    """Rows of a batch in a row, with their scores, or one row with the error of the model.

    Attributes:
        start: the first row.
        stop: the one after the last row.
        scores: what the model answers; None for a bad row.
        error: what it raised for a bad row.
    """

    start: int
    stop: int
    scores: Any = None
    error: Exception | None = None


def parts(attempt: Callable[[int, int], Part], part: Part) -> Iterator[Part]:
    """The parts of some rows, in their order, none of them called before it is asked for.

    Args:
        attempt: scores the rows from one to before another.
        part: rows that the model has been called for.
    """
    start, stop = part.start, part.stop
    if part.error is None or stop - start == 1:
        yield part
        return
    middle = start + (stop - start) // 2
    first = attempt(start, middle)
    yield from parts(attempt, first)
    is_known = first.error is None and stop - middle > 1
    second = Part(middle, stop, error=part.error) if is_known else attempt(middle, stop)
    yield from parts(attempt, second)


def is_no_rows_fault(error: BaseException) -> bool:
    """Whether an error says that memory or a library is missing: no row is to blame for it."""
    link: BaseException | None = error
    while link is not None:
        if isinstance(link, (MemoryError, ImportError)) or _MEMORY.search(str(link)):
            return True
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return False


def told(error: BaseException | None) -> str:
    """Type and text of an error; of a long text the beginning and how long it is."""
    text = f"{type(error).__name__}: {error}"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}... ({len(text)} characters)"
