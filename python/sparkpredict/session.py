# SPDX-License-Identifier: Apache-2.0
"""Switching PREDICT on for a session, and finding out whether it is on."""

from __future__ import annotations

import json
import logging
import pkgutil
from typing import TYPE_CHECKING, Any

from sparkpredict import conf, connect, diagnosis, jvm, recorded, spark_home, spark_options
from sparkpredict.diagnosis import EXTENSION, EXTENSIONS
from sparkpredict.errors import ConfigurationError
from sparkpredict.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyspark.sql import SparkSession

log = logging.getLogger(__name__)


def configure(builder: SparkSession.Builder, *, onnx: bool = False) -> SparkSession.Builder:
    """Adds the jar and the extension to what a session will start with; overwrites nothing.

    Jars, packages and extensions that are set elsewhere stay in their order, ours come last: in the
    builder, before this call or after it, in PYSPARK_SUBMIT_ARGS, and in spark-defaults.conf.

    Args:
        builder: ``SparkSession.builder``, with or without options.
        onnx: whether ONNX Runtime for the JVM, which the engine ``onnx`` scores by, is to be among
            ``spark.jars.packages``. Another version of it that is there already stays. Spark
            fetches it when the session starts.

    Returns:
        The same builder.

    Raises:
        ConfigurationError: this Spark is not supported, or this installation has no jar for it.

    Example:
        >>> from pyspark.sql import SparkSession
        >>> spark = configure(SparkSession.builder).getOrCreate()  # doctest: +SKIP
    """
    if spark_options.is_remote(builder):
        return builder
    jar = str(spark_home.jar(spark_home.find()))

    def merge() -> None:
        spark_options.add(builder, "spark.jars", jar, (jar,).__contains__)
        spark_options.add(builder, "spark.sql.extensions", EXTENSION, EXTENSIONS.__contains__)
        if onnx:
            spark_options.add(builder, "spark.jars.packages", *_onnx_runtime())

    merge()
    spark_options.before_start(builder, merge)
    return builder


def _onnx_runtime() -> tuple[str, Callable[[str], bool]]:
    """Where ONNX Runtime is found among packages, and whether a package is one, of any version."""
    told = json.loads(pkgutil.get_data("sparkpredict", "resources/onnx-runtime.json") or b"")
    name = f"{told['group']}:{told['artifact']}:"
    return name + told["version"], lambda package: package.startswith(name)


def installation(spark: SparkSession | None = None) -> tuple[SparkSession, dict[str, Any]]:
    """The session and what its PREDICT says of itself: version, Spark, bound models.

    Raises:
        ConfigurationError: there is no session, it does not know PREDICT, or its jar is of another
            version than this package.
    """
    session = given_or_active(spark)
    return session, _checked(session, _told(session))


def ready(spark: SparkSession | None = None) -> SparkSession:
    """A session in which models may be bound: switched on, and with PREDICT.

    To a classic session that runs without PREDICT it is added, if that is allowed.

    Raises:
        ConfigurationError: PREDICT is switched off, or sessions may not bind; or as
            ``installation``, and it cannot be added.
    """
    session = given_or_active(spark)
    if not conf.enabled(session):
        raise ConfigurationError("PREDICT_DISABLED", key=conf.ENABLED)
    told = _told(session)
    if told is None and not connect.is_connect(session):
        _attach(session)
        told = _told(session)
    if not _checked(session, told)["may_bind"]:
        raise ConfigurationError("PREDICT_BIND_DISABLED", key=conf.BIND)
    return session


def given_or_active(spark: SparkSession | None) -> SparkSession:
    """The session that is meant.

    Raises:
        ConfigurationError: none is given, and none is active.
    """
    session = spark or connect.active_session()
    if session is None:
        raise diagnosis.NO_SESSION.error()
    return session


def _checked(session: SparkSession, told: dict[str, Any] | None) -> dict[str, Any]:
    """What PREDICT says of itself, if it is there and of this package's version."""
    if told is None:
        raise diagnosis.of(session).error()
    if told["version"] != __version__:
        raise diagnosis.of_versions(session, told["version"]).error()
    return told


def _attach(session: SparkSession) -> None:
    found = diagnosis.of(session)
    if not conf.enabled(session, conf.ATTACH):
        raise found.because(f"and {conf.ATTACH} is false").error()
    try:
        jvm.attach(session, spark_home.jar(spark_home.running(session)))
    except ConfigurationError:
        raise
    except Exception as error:
        failed = found.because(f"and it cannot be added ({jvm.cause(error)})")
        cured = failed.cured_by_an_admin() if jvm.is_forbidden(error) else failed
        raise cured.error() from error
    log.warning("added PREDICT to the running session, because %s", found.reason)


def _told(session: SparkSession) -> dict[str, Any] | None:
    """What PREDICT says of itself; None where the session does not know it, or not wholly."""
    if written := recorded.of(session):
        return written.installation
    # PySpark 4 logs each query that fails; Spark 3.3 has no way to ask that finds this function.
    asks = spark_home.release(session.version) >= (4, 0)
    if asks and not session.catalog.functionExists("predict_info"):
        return None
    try:
        told: dict[str, Any] = json.loads(told_by_jvm(session, "predict_info()"))
    except Exception as error:
        if "predict_info" not in str(error):
            raise
        return None
    return told if told.get("complete", True) else None


def told_by_jvm(session: SparkSession, call: str) -> str:
    """The text of a call of ``predict_info``.

    From a local relation: without one the query would be a job, and wait for those that run.
    """
    return str(session.sql(f"SELECT {call} FROM VALUES (0)").collect()[0][0])  # noqa: S608
