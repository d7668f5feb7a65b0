# SPDX-License-Identifier: Apache-2.0
"""The parts of an answer that has names: a dict's, or a frame's columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class NoPart(Exception):
    """An answer has no part of a name.

    Attributes:
        known: the names that it has.
    """

    def __init__(self, known: tuple[str, ...]) -> None:
        super().__init__(", ".join(known))
        self.known = known


def names(answer: Any) -> tuple[str, ...]:
    """The names of an answer's parts, in the model's order; none where it has no parts."""
    columns = tuple(answer if isinstance(answer, Mapping) else getattr(answer, "columns", ()))
    named = all(isinstance(name, str) for name in columns)
    return columns if named and len(set(columns)) == len(columns) else ()


def part(answer: Any, name: str) -> Any:
    """The part of that name.

    Raises:
        NoPart: there is none.
    """
    known = names(answer)
    if name not in known:
        raise NoPart(known)
    return answer[name]
