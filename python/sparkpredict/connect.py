# SPDX-License-Identifier: Apache-2.0
"""The one module that knows what differs between a classic session and a Spark Connect client."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pyspark.sql import SparkSession


def is_connect(spark: Any) -> bool:
    """Whether a session is a client of a Spark Connect server."""
    return type(spark).__module__.startswith("pyspark.sql.connect.")


def add_file(spark: SparkSession, path: Path) -> None:
    """Sends a file to all executors, also to those that join later."""
    if is_connect(spark):
        spark.addArtifacts(str(path), file=True)
    else:
        spark.sparkContext.addFile(str(path))


def add_python_zip(spark: SparkSession, path: Path) -> None:
    """Puts a zip on the module path of the workers' next tasks."""
    if is_connect(spark):
        spark.addArtifacts(str(path), pyfile=True)
    else:
        spark.sparkContext.addPyFile(str(path))


def accumulator(spark: SparkSession) -> Any | None:
    """A sum from zero that the workers of a session's functions add to; None for Connect."""
    return None if is_connect(spark) else spark.sparkContext.accumulator(0)


def hadoop_settings(spark: SparkSession) -> Callable[[str], str | None]:
    """Reads keys of Hadoop's configuration; of a Connect server only what its session shows.

    A classic session's is a copy of all its settings, made when the first key is asked for.
    """
    if is_connect(spark):
        return lambda key: spark.conf.get(f"spark.hadoop.{key}", None) or spark.conf.get(key, None)
    from sparkpredict import jvm

    copied = cache(lambda: jvm.hadoop_configuration(spark))
    return lambda key: copied().get(key)


def shipping_scope(spark: SparkSession) -> Any:
    """What files are sent once for: the application, or the Connect session."""
    return spark if is_connect(spark) else spark.sparkContext


def active_session() -> SparkSession | None:
    """The session that this thread works with, else the one of the process; classic or Connect."""
    from pyspark.sql import SparkSession

    try:
        classic = SparkSession.getActiveSession()
    except Exception:  # noqa: BLE001 (pyspark-client has no JVM to ask)
        classic = None
    return classic or _active_connect_session() or _started_session()


def _started_session() -> SparkSession | None:
    """The classic session that this process started; a thread that is new has no active one."""
    from pyspark.sql import SparkSession

    started: SparkSession | None = getattr(SparkSession, "_instantiatedSession", None)
    runs = started is not None and started.sparkContext._jsc is not None  # noqa: SLF001 (no public way to ask)
    return started if runs else None


def _active_connect_session() -> SparkSession | None:
    try:
        from pyspark.sql.connect.session import SparkSession as ConnectSession
    except ImportError:  # pyspark before 3.4, or without grpc
        return None
    active = getattr(ConnectSession, "getActiveSession", None)
    return active() if active is not None else None


def pandas_udf(spark: SparkSession) -> Any:
    """The pandas_udf of a session's kind."""
    from pyspark.sql import functions

    if is_connect(spark):
        from pyspark.sql.connect import functions as connect_functions

        return connect_functions.pandas_udf  # type: ignore[attr-defined]
    return functions.pandas_udf  # type: ignore[attr-defined]
