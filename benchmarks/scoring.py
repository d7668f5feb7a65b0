# SPDX-License-Identifier: Apache-2.0
"""Rows per second from Parquet to nowhere, side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame

from benchmarks import data, models, peers, session, timing
from benchmarks.session import Setting

PAUSE = 0.5


def linear(setting: Setting) -> dict[str, Any]:
    return _measure(setting, models.linear)


def unnamed(setting: Setting) -> dict[str, Any]:
    return _measure(setting, models.unnamed)


def bad_rows(setting: Setting) -> dict[str, Any]:
    """What looking out for bad rows costs where there are none: on_error="null" against "fail"."""
    looking_out = "benchmarks.peers.predict:null_for_bad_rows"
    contenders = {"predict": looking_out, "predict_fail": peers.PEERS["predict"]}
    return _measure(replace(setting, peers=contenders), models.linear_again)


def trees(setting: Setting) -> dict[str, Any]:
    return _measure(setting, models.trees)


def _measure(setting: Setting, make: Callable[[Path], str]) -> dict[str, Any]:
    uri, rows = make(setting.folder), data.table(setting)
    frames = _contenders(setting, uri, rows)
    _same(frames)
    runs = {name: partial(run, frame) for name, frame in frames.items()}
    result = timing.contest(runs, setting.repeats, PAUSE, setting.rows)
    result["times_as_fast_as"] = _against_predict(result["seconds"])
    result["times_the_processor_of"] = _against_predict(result["processor_seconds"])
    print(_told(make.__name__, result), flush=True)
    return result


def _contenders(setting: Setting, uri: str, rows: DataFrame) -> dict[str, DataFrame]:
    frames = {"scan": rows.select(*data.COLUMNS)}
    for name, place in setting.peers.items():
        with session.own_workers(setting, name):
            column = peers.load(place)(setting.spark, uri)
            frames[name] = rows.select(column.alias("score"))
    return frames


def _against_predict(values: dict[str, list[float]]) -> dict[str, dict[str, float]]:
    return {
        name: timing.paired(theirs, values["predict"])
        for name, theirs in values.items()
        if name not in {"predict", "scan"}
    }


def run(frame: DataFrame) -> None:
    """Computes all rows and columns, and keeps nothing."""
    frame.write.format("noop").mode("overwrite").save()


def _same(frames: dict[str, DataFrame]) -> None:
    """Who is quick and wrong does not count."""
    sums = {
        name: frame.selectExpr("sum(score)").first()[0]
        for name, frame in frames.items()
        if name != "scan"
    }
    assert max(sums.values()) - min(sums.values()) < 1e-6 * abs(sums["predict"]), sums


def _told(name: str, result: dict[str, Any]) -> str:
    lines = [f"{name}:"]
    for contender, rate in result["rows_per_second"].items():
        runs = " ".join(f"{second:.2f}" for second in sorted(result["seconds"][contender]))
        processor = timing.spread(result["processor_seconds"][contender])["median"]
        lines.append(
            f"  {contender:<18} {rate / 1e6:6.2f} M rows/s   processor {processor:5.2f} s"
            f"   seconds {runs}"
        )
    return "\n".join(lines)
