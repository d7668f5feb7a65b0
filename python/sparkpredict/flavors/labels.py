# SPDX-License-Identifier: Apache-2.0
"""A classifier's labels as JSON and as text."""

from __future__ import annotations

from typing import Any


def classes(model: Any) -> tuple[Any, ...] | None:
    """The labels in the order of the probabilities; None where they are no plain list of labels.

    Several outputs have a list of arrays in ``classes_``, and no order that one answer could have.
    """
    found = getattr(model, "classes_", None)
    if found is None or getattr(found, "ndim", None) != 1:
        return None
    plain = tuple(found.tolist())
    fitting = all(isinstance(label, (str, bool, int, float)) for label in plain)
    return plain if fitting and len({text(label) for label in plain}) == len(plain) else None


def text(label: Any) -> str:
    """A label as the name of its class: as Spark's CAST writes it."""
    return str(label).lower() if isinstance(label, bool) else str(label)
