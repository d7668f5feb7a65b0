# SPDX-License-Identifier: Apache-2.0
"""The engine python beside MLflow's UDF, for each flavor of which the library is installed.

All are small models, so what is measured is what each adds to the library. `.venv/envs/flavors` has
the libraries.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from typing import Any

import mlflow
from pyspark.sql import Column, DataFrame
from pyspark.sql.functions import array, expr, struct

import sparkpredict
from benchmarks import data, flavor_models, session, timing
from benchmarks.flavor_models import FLAVORS, Flavor
from benchmarks.scoring import PAUSE, run
from benchmarks.session import Setting

NEAR = 1e-3  # networks compute in float32


def measure(setting: Setting) -> dict[str, Any]:
    found = {name: flavor for name, flavor in FLAVORS.items() if find_spec(flavor.library)}
    for name in FLAVORS.keys() - found.keys():
        print(f"{name}: left out, it is not installed in this Python", flush=True)
    return {name: _flavor(setting, name, flavor) for name, flavor in found.items()}


def _flavor(setting: Setting, name: str, flavor: Flavor) -> dict[str, Any]:
    uri = flavor.make(setting.folder)
    rows = _table(setting, name, flavor)
    with session.own_workers(setting, f"predict-{name}"):
        ours = _predict(setting, name, flavor, uri)
    with session.own_workers(setting, f"mlflow-{name}"):
        theirs = _mlflow(setting, flavor, uri, rows)
    frames = {
        "predict": rows.select(ours.alias("score")),
        "mlflow_spark_udf": rows.select(theirs.alias("score")),
    }
    sums = {who: frame.selectExpr("sum(score)").first()[0] for who, frame in frames.items()}
    assert abs(sums["predict"] - sums["mlflow_spark_udf"]) <= NEAR * abs(sums["predict"]), sums
    runs = {who: partial(run, frame) for who, frame in frames.items()}
    result = timing.contest(runs, setting.repeats, PAUSE, setting.rows // flavor.share)
    for unit, against in (("seconds", "against_mlflow"), ("processor_seconds", "of_processor")):
        taken = result[unit]
        result[against] = timing.paired(taken["mlflow_spark_udf"], taken["predict"])
    print(_told(name, result), flush=True)
    return result


def _table(setting: Setting, name: str, flavor: Flavor) -> DataFrame:
    if flavor.share == 1 and flavor.data is flavor_models.COLUMNS_OF_ALL:
        return data.table(setting)
    fewer = replace(setting, rows=setting.rows // flavor.share)
    return data.written(fewer, setting.folder / f"rows-{name}.parquet", fewer.rows, flavor.data)


def _predict(setting: Setting, name: str, flavor: Flavor, uri: str) -> Column:
    alias = f"flavor_{name}"
    sparkpredict.bind_model(
        "DOUBLE",
        "mlflow",
        alias,
        uri,
        engine="python",
        output=flavor.output,
        spark=setting.spark,
    ).register()
    return expr(f"PREDICT('{alias}', *)")


def _mlflow(setting: Setting, flavor: Flavor, uri: str, rows: DataFrame) -> Column:
    """By its answer's only number, or by the field that has the name of the output."""
    declared = "double" if flavor.output is None else f"{flavor.output} double"
    found = mlflow.pyfunc.spark_udf(setting.spark, uri, declared, env_manager="local")
    # MLflow takes a lone tensor as an array.
    given = array(*rows.columns) if flavor.tensor else struct(*rows.columns)
    return found(given) if flavor.output is None else found(given)[flavor.output]


def _told(name: str, result: dict[str, Any]) -> str:
    parts = [f"{name}: {timing.rates(result)}"]
    for against, unit in (("against_mlflow", ""), ("of_processor", " by processor")):
        spread = result[against]
        parts.append(f"{spread['median']:.2f} [{spread['min']:.2f}, {spread['max']:.2f}]{unit}")
    return "; ".join(parts)
