# SPDX-License-Identifier: Apache-2.0
"""Times without a zone as instants, by the rule that Spark has."""

from __future__ import annotations

import pandas as pd
import pytest

from sparkpredict.worker.clock import instants


@pytest.mark.parametrize(
    ("zone", "local", "utc"),
    [
        ("America/New_York", "2024-01-01 12:00:00", "2024-01-01 17:00:00"),
        pytest.param("America/New_York", "2024-03-10 02:30:00", "2024-03-10 07:30:00", id="gap"),
        pytest.param("America/New_York", "2024-11-03 01:30:00", "2024-11-03 05:30:00", id="twice"),
        pytest.param("Australia/Lord_Howe", "2024-10-06 02:15:00", "2024-10-05 15:45:00", id="30m"),
        ("UTC", "2024-03-10 02:30:00", "2024-03-10 02:30:00"),
    ],
)
def test_a_wall_clock_time_is_an_instant(zone, local, utc):
    times = pd.Series(pd.to_datetime([local, None, "2024-06-01 00:00:00"]))
    placed = instants(times, zone).dt.tz_convert("UTC").dt.tz_localize(None)
    assert placed[0] == pd.Timestamp(utc)
    assert placed.isna().tolist() == [False, True, False]


def test_times_that_have_a_zone_or_no_session_stay_as_they_are():
    aware = pd.Series(pd.to_datetime(["2024-01-01"]).tz_localize("Asia/Tokyo"))
    naive = pd.Series(pd.to_datetime(["2024-01-01"]))
    assert instants(aware, "UTC") is aware
    assert instants(naive, None) is naive
    assert instants(naive, "No/Such_Place") is naive
