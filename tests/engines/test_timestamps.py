# SPDX-License-Identifier: Apache-2.0
"""Timestamps go to the model as the wall clock of the session's time zone."""

from __future__ import annotations

import pandas as pd
import pytest
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, DataType, Schema

import saved
from scores import by_sql

# Around both changes of the clock in New York: 02:30 is missing in March, 01:30 twice in November.
INSTANTS = {
    "2024-03-10 06:59:59": "2024-03-10 01:59:59",
    "2024-03-10 07:00:00": "2024-03-10 03:00:00",
    "2024-11-03 05:30:00": "2024-11-03 01:30:00",
    "2024-11-03 06:30:00": "2024-11-03 01:30:00",
    "1970-01-01 00:00:00": "1969-12-31 19:00:00",
    "1677-09-22 00:00:00": "1677-09-21 19:03:58",
    "2262-04-11 00:00:00": "2262-04-10 20:00:00",
}


def clock(frame):
    """The wall clock that the model sees."""
    return [f"{value:%Y-%m-%d %H:%M:%S}" if pd.notna(value) else "none" for value in frame["at"]]


@pytest.fixture
def clocks(spark, conf):
    """The instants in order, in a session of New York."""
    conf("spark.sql.session.timeZone", "America/New_York")
    values = ", ".join(f"(TIMESTAMP '{instant} UTC')" for instant in INSTANTS)
    return spark.sql(f"SELECT at FROM VALUES {values} AS t(at)").coalesce(1)


def signature(output):
    return ModelSignature(Schema([ColSpec(DataType.datetime, "at")]), Schema([ColSpec(output)]))


def test_the_model_sees_the_session_s_wall_clock(bind, clocks, tmp_path):
    model = bind(saved.pyfunc(tmp_path, clock, signature=signature(DataType.string)), "STRING")
    assert by_sql(model, clocks) == list(INSTANTS.values())


def test_a_date_is_midnight_and_a_null_is_no_time(spark, bind, clocks, tmp_path):
    folder = saved.pyfunc(tmp_path, clock, signature=signature(DataType.string))
    model = bind(folder, "STRING", nulls="nan")
    data = spark.sql("SELECT at FROM VALUES (DATE '2024-03-10'), (NULL) AS t(at)").coalesce(1)
    assert by_sql(model, data) == ["2024-03-10 00:00:00", "none"]


def read(frame):
    """The text as a time without a zone."""
    return pd.to_datetime(frame["at"])


def read_fields(frame):
    times = read(frame)
    return pd.DataFrame({"moment": times, "wall": times})


# 02:30 is skipped in March, which moves it on by the hour that the clock was; 01:30 is shown twice
# in November, of which the first is meant: as CAST(text AS TIMESTAMP) has it.
ANSWERS = ["2024-03-10 02:30:00", "2024-11-03 01:30:00", "2024-07-01 12:00:00", None]


@pytest.fixture
def texts(spark, conf):
    conf("spark.sql.session.timeZone", "America/New_York")
    return spark.createDataFrame([(text,) for text in ANSWERS], "at STRING").coalesce(1)


def texts_in(output):
    return ModelSignature(Schema([ColSpec(DataType.string, "at")]), Schema([ColSpec(output)]))


@pytest.mark.parametrize("on_error", ["fail", "capture"])
def test_a_time_that_a_model_answers_is_the_instant_that_sql_reads(
    spark, bind, texts, tmp_path, on_error
):
    folder = saved.pyfunc(tmp_path, read, signature=texts_in(DataType.datetime))
    model = bind(folder, "TIMESTAMP", nulls="nan", on_error=on_error)
    texts.createOrReplaceTempView("texts")
    call = f"PREDICT('{model.alias}', at)" + (".value" if on_error == "capture" else "")
    found = spark.sql(f"SELECT {call} <=> CAST(at AS TIMESTAMP) FROM texts").collect()
    assert [row[0] for row in found] == [True] * len(ANSWERS)


def test_in_a_struct_each_field_is_of_its_own_kind(spark, bind, texts, tmp_path):
    folder = saved.pyfunc(tmp_path, read_fields, signature=texts_in(DataType.datetime))
    model = bind(folder, "moment TIMESTAMP, wall TIMESTAMP_NTZ", nulls="nan")
    texts.createOrReplaceTempView("texts")
    found = spark.sql(
        "SELECT p.moment <=> CAST(at AS TIMESTAMP), p.wall <=> CAST(at AS TIMESTAMP_NTZ)"
        f" FROM (SELECT at, PREDICT('{model.alias}', at) AS p FROM texts)"
    ).collect()
    assert [tuple(row) for row in found] == [(True, True)] * len(ANSWERS)
