# SPDX-License-Identifier: Apache-2.0
"""A model's times without a zone as instants: the wall clock of the session's time zone.

By Spark's own rule, java.time's ``ZonedDateTime.ofLocal``: a time that the clock skips is moved
forward by as much as the clock is, of a time that it shows twice the first one is meant. pandas,
and with it Spark's Python exchange, fails on the one and takes the second of the other.
"""

from __future__ import annotations

from datetime import timezone
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd

from .carrier import CAPTURED, VALUE

_CONF = "spark.sql.session.timeZone"


def session_zone(default: str | None) -> str | None:
    """The time zone that the query's session has set, else the default."""
    from pyspark import TaskContext

    context = TaskContext.get()
    told = context.getLocalProperty(_CONF) if context is not None else None
    return told or default


def placed(column: Any, shape: dict[str, Any], zone: str | None) -> Any:
    """A carrier's column with its times as instants; those declared without a zone stay so.

    Args:
        column: a Series, or a DataFrame for a struct.
        shape: the carrier's.
        zone: of the session; None leaves all as it is.
    """
    if shape["kind"] == CAPTURED:
        shape = shape["shape"]
    if not isinstance(column, pd.DataFrame):
        return instants(column, zone) if _is_instant(shape) else column
    fields: list[tuple[str, dict[str, Any]]] = (
        shape["fields"] if shape["kind"] == "struct" else [(VALUE, shape)]
    )
    times = [name for name, field in fields if _is_instant(field)]
    return column.assign(**{name: instants(column[name], zone) for name in times})


def _is_instant(shape: dict[str, Any]) -> bool:
    return shape["kind"] == "scalar" and bool(shape["leaf"] == "timestamp")


def instants(times: pd.Series[Any], zone: str | None) -> pd.Series[Any]:
    """Times without a zone as times of the session's zone; others as they are."""
    if zone is None or times.dtype.kind != "M" or times.dt.tz is not None:
        return times
    try:
        there = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):  # Java knows names that Python does not
        return times
    first = np.ones(len(times), dtype=bool)
    placed = times.dt.tz_localize(there, ambiguous=first, nonexistent="NaT")
    skipped = np.flatnonzero(placed.isna().to_numpy() & times.notna().to_numpy())
    for at in skipped:
        local = times.iloc[at].to_pydatetime().replace(tzinfo=there, fold=0)
        placed.iloc[at] = pd.Timestamp(local.astimezone(timezone.utc)).tz_convert(there)
    return placed
