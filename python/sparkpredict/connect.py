# SPDX-License-Identifier: Apache-2.0
"""The one module that knows what differs between sessions: classic, Connect, recorded."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, cast

from sparkpredict import recorded, spark_home
from sparkpredict.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pyspark.sql import SparkSession

    from sparkpredict.sources.download import Store

_ONNX_RUNTIME = "ai/onnxruntime/OrtEnvironment.class"


def is_connect(spark: Any) -> bool:
    """Whether a session is a client of a Spark Connect server."""
    return type(spark).__module__.startswith("pyspark.sql.connect.")


def add_file(spark: SparkSession, path: Path) -> None:
    """Sends a file to all executors, also to those that join later."""
    if written := recorded.of(spark):
        written.add_file(path)
    elif is_connect(spark):
        spark.addArtifacts(str(path), file=True)
    else:
        _send(spark.sparkContext.addFile, path)


def add_python_zip(spark: SparkSession, path: Path) -> None:
    """Puts a zip on the module path of the workers' next tasks."""
    if written := recorded.of(spark):
        written.add_python_zip(path)
    elif is_connect(spark):
        spark.addArtifacts(str(path), pyfile=True)
    else:
        _send(spark.sparkContext.addPyFile, path)


def _send(by: Callable[[str], Any], path: Path) -> None:
    from sparkpredict import jvm

    try:
        by(str(path))
    except Exception as error:
        if jvm.is_sent(error):
            return
        if not jvm.is_forbidden(error):
            raise
        raise ConfigurationError("PREDICT_JVM_FORBIDDEN", cause=jvm.cause(error)) from error


def has_onnx_runtime(spark: SparkSession) -> bool:
    """Whether the JVM that plans may have ONNX Runtime; of a Connect server nobody knows."""
    if is_connect(spark):
        return True
    if written := recorded.of(spark):
        return written.has_resource(_ONNX_RUNTIME)
    from sparkpredict import jvm

    try:
        return jvm.has_resource(spark, _ONNX_RUNTIME)
    except Exception as error:
        if jvm.is_forbidden(error):
            return True
        raise


def accumulator(spark: SparkSession) -> Any | None:
    """A sum from zero that the workers of a session's functions add to; None for Connect."""
    if written := recorded.of(spark):
        return written.bad_rows
    return None if is_connect(spark) else spark.sparkContext.accumulator(0)


def row_sum(spark: SparkSession) -> Any | None:
    """A sum of the rows that workers score, where nobody else tells of them."""
    written = recorded.of(spark)
    return written.rows if written else None


def hadoop_settings(spark: SparkSession) -> Callable[[str], str | None]:
    """Reads keys of Hadoop's configuration; of a Connect server only what its session shows.

    So also where Python may not use the JVM. Else a classic session's is a copy of all its
    settings, made when the first key is asked for.
    """

    def shown(key: str) -> str | None:
        return spark.conf.get(f"spark.hadoop.{key}", None) or spark.conf.get(key, None)

    if is_connect(spark):
        return shown
    if written := recorded.of(spark):
        return written.hadoop_setting
    from sparkpredict import jvm

    @cache
    def copied() -> Callable[[str], str | None]:
        try:
            return jvm.hadoop_configuration(spark).get  # type: ignore[no-any-return]
        except Exception as error:
            if not jvm.is_forbidden(error):
                raise
            return shown

    def of_hadoop(key: str) -> str | None:
        return copied()(key)

    return of_hadoop


def hadoop_store(spark: SparkSession) -> Callable[[str], Store | None]:
    """Reads folders by Hadoop's client in the driver; none from elsewhere, or where forbidden."""

    def of_driver(uri: str) -> Store | None:
        if is_connect(spark):
            return None
        if written := recorded.of(spark):
            return written.hadoop_folder(uri)
        from sparkpredict import jvm

        try:
            return jvm.hadoop_folder(spark, uri)
        except Exception as error:
            if not jvm.is_forbidden(error):
                raise
            return None

    return of_driver


def shipping_scope(spark: SparkSession) -> Any:
    """What files are sent once for: the application, or the session."""
    return spark if is_connect(spark) or recorded.of(spark) else spark.sparkContext


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
    from pyspark.errors import PySparkException

    try:
        active = ConnectSession.active()  # this thread's, else the process'
    except (PySparkException, AttributeError):  # there is none; 3.4 does not keep one
        return None
    return cast("SparkSession", active)


def shortens_errors(spark: SparkSession) -> bool:
    """Whether no more than 2,048 characters of an error come back: so before 4.0 from a server."""
    return is_connect(spark) and spark_home.release(spark.version) < (4, 0)


def data_type(spark: SparkSession, ddl: str) -> Any:
    """The type of a DDL text, which before 4.0 a JVM parses: the driver's or the server's."""
    from pyspark.sql import types

    if written := recorded.of(spark):
        return written.data_type(ddl)
    if hasattr(types.DataType, "fromDDL"):
        return types.DataType.fromDDL(ddl)
    if is_connect(spark):
        return spark.client._analyze(method="ddl_parse", ddl_string=ddl).parsed  # noqa: SLF001 (as createDataFrame does)
    return types._parse_datatype_string(ddl)  # noqa: SLF001 (before 4.0 the only way)


def pandas_udf(spark: SparkSession) -> Any:
    """The pandas_udf of a session's kind."""
    from pyspark.sql import functions

    if is_connect(spark):
        from pyspark.sql.connect import functions as connect_functions

        return connect_functions.pandas_udf  # type: ignore[attr-defined]
    return functions.pandas_udf  # type: ignore[attr-defined]
