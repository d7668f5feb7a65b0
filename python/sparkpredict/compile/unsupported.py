# SPDX-License-Identifier: Apache-2.0
"""Why a model has no plan: a value for who asks, an exception on the way there."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Unsupported:
    """Why a model cannot be compiled.

    Attributes:
        reason: one sentence without a full stop: what is not handled, by its parameter.
        step: the part of the model that it is about, such as ``scale (StandardScaler)``.
    """

    reason: str
    step: str

    def __str__(self) -> str:
        return f"{self.step}: {self.reason}"


class CannotCompile(Exception):
    """Ends a compilation; ``plan_of`` returns what it carries.

    Args:
        step: see ``Unsupported``.
        reason: likewise.
    """

    def __init__(self, step: str, reason: str) -> None:
        super().__init__(f"{step}: {reason}")
        self.why = Unsupported(reason, step)
