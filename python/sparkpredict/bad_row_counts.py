# SPDX-License-Identifier: Apache-2.0
"""How many bad rows the carriers of this process have met: Spark accumulators, by carrier name.

Spark Connect has no accumulators. A task that Spark runs again counts again, and one that ends
early, as under LIMIT, does not count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sparkpredict import choices, connect

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyspark.sql import SparkSession

_counts: dict[str, Any] = {}


def start(spark: SparkSession, carrier: str, on_error: str) -> Callable[[int], None] | None:
    """What the workers of a new carrier add to; None where bad rows end a query, and on Connect."""
    count = None if on_error == choices.FAIL else connect.accumulator(spark)
    if count is None:
        return None
    _counts[carrier] = count
    return count.add  # type: ignore[no-any-return]


def of(carrier: str) -> int | None:
    """The bad rows so far; None where they are not counted."""
    count = _counts.get(carrier)
    return None if count is None else int(count.value)


def drop(carrier: str) -> None:
    """Forgets a carrier that was taken out of its session."""
    _counts.pop(carrier, None)
