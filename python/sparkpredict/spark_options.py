# SPDX-License-Identifier: Apache-2.0
"""Adds to list-valued settings without replacing what is set elsewhere.

Spark takes a setting from the first place that has it: PYSPARK_SUBMIT_ARGS for what the JVM starts
with, then the builder, then spark-defaults.conf. Setting a key in the builder therefore silently
replaces the defaults' value; and jars in PYSPARK_SUBMIT_ARGS silently replace the builder's.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sparkpredict import jvm, properties, spark_home
from sparkpredict.submit import ENVIRONMENT, SubmitArguments

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyspark.sql import SparkSession


def is_remote(builder: SparkSession.Builder) -> bool:
    """Whether the builder will connect to a Connect server that runs already."""
    options: dict[str, Any] = getattr(builder, "_options", {})
    url = options.get("spark.remote") or os.environ.get("SPARK_REMOTE", "")
    return bool(url) and not str(url).startswith("local")


def add(
    builder: SparkSession.Builder, key: str, value: str, is_ours: Callable[[str], bool]
) -> None:
    """Appends a value to a comma-separated setting, unless one of ours is there already."""
    submitted = _submitted(key)
    options: dict[str, Any] = getattr(builder, "_options", {})
    present = _joined(submitted, options.get(key) or _running(key) or _default(key))
    if not any(is_ours(part) for part in present):
        present = [*present, value]
    merged = ",".join(present)
    builder.config(key, merged)
    if submitted is not None:
        os.environ[ENVIRONMENT] = _resubmitted(key, merged)


def before_start(builder: SparkSession.Builder, merge: Callable[[], None]) -> None:
    """Merges once more when the session starts: a later ``config(...)`` replaces a whole list.

    And sends the packages' jars then, which setting ``spark.jars`` would keep from the executors.
    """
    start = builder.getOrCreate

    def merge_and_start() -> SparkSession:
        merge()
        from pyspark import SparkContext

        before = SparkContext._active_spark_context  # noqa: SLF001 (no public way to ask)
        session = start()
        now = SparkContext._active_spark_context  # noqa: SLF001 (likewise; none with Connect)
        if now is not None and now is not before and session.conf.get("spark.jars.packages", ""):
            jvm.send_packages(session)
        return session

    builder.getOrCreate = merge_and_start  # type: ignore[method-assign]


def _joined(*texts: str | None) -> list[str]:
    """The parts of several lists, each once, in order."""
    parts = [part.strip() for text in texts if text for part in text.split(",")]
    return [part for part in dict.fromkeys(parts) if part]


def _running(key: str) -> str | None:
    """The setting of a JVM that runs already."""
    from pyspark import SparkContext

    context = SparkContext._active_spark_context  # noqa: SLF001 (no public way to ask)
    return context.getConf().get(key) if context is not None else None


def _submitted(key: str) -> str | None:
    """The setting in PYSPARK_SUBMIT_ARGS; None when it is not there."""
    return SubmitArguments.of_environment().get(key)


def _resubmitted(key: str, merged: str) -> str:
    """PYSPARK_SUBMIT_ARGS with the setting, wherever it stands, set to the merged list."""
    return SubmitArguments.of_environment().replaced(key, merged)


def _default(key: str) -> str | None:
    """The setting in the file of defaults that Spark will read."""
    named = SubmitArguments.of_environment().option("--properties-file")
    folder = os.environ.get("SPARK_CONF_DIR")
    home = Path(folder) if folder else spark_home.find().folder / "conf"
    path = Path(named) if named else home / "spark-defaults.conf"
    return properties.read(path).get(key) if path.is_file() else None
