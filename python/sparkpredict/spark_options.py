# SPDX-License-Identifier: Apache-2.0
"""Adds to list-valued settings without replacing what is set elsewhere.

Spark takes a setting from the first place that has it: PYSPARK_SUBMIT_ARGS for what the JVM starts
with, then the builder, then spark-defaults.conf. Setting a key in the builder therefore silently
replaces the defaults' value; and jars in PYSPARK_SUBMIT_ARGS silently replace the builder's.
"""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sparkpredict import spark_home

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pyspark.sql import SparkSession

_SUBMIT_ARGS = "PYSPARK_SUBMIT_ARGS"
_OPTIONS = {"spark.jars": "--jars"}


def is_remote(builder: SparkSession.Builder) -> bool:
    """Whether the builder will connect to a Connect server that runs already."""
    options: dict[str, Any] = getattr(builder, "_options", {})
    url = options.get("spark.remote") or os.environ.get("SPARK_REMOTE", "")
    return bool(url) and not str(url).startswith("local")


def add(builder: SparkSession.Builder, key: str, value: str, ours: Sequence[str]) -> None:
    """Appends a value to a comma-separated setting, unless one of ours is there already."""
    submitted = _submitted(key)
    options: dict[str, Any] = getattr(builder, "_options", {})
    present = _joined(submitted, options.get(key) or _running(key) or _default(key))
    if not any(name in present for name in ours):
        present = [*present, value]
    merged = ",".join(present)
    builder.config(key, merged)
    if submitted is not None:
        os.environ[_SUBMIT_ARGS] = _resubmitted(key, merged)


def before_start(builder: SparkSession.Builder, merge: Callable[[], None]) -> None:
    """Merges once more when the session starts: a later ``config(...)`` replaces a whole list."""
    start = builder.getOrCreate

    def merge_and_start() -> SparkSession:
        merge()
        return start()

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
    arguments = shlex.split(os.environ.get(_SUBMIT_ARGS, ""))
    option = _OPTIONS.get(key)
    values = {}
    for name, value in zip(arguments, arguments[1:]):
        if name == "--conf" and value.startswith(f"{key}="):
            values["conf"] = value.partition("=")[2]
        elif option is not None and name == option:
            values["option"] = value
    return values.get("option", values.get("conf"))


def _resubmitted(key: str, merged: str) -> str:
    """PYSPARK_SUBMIT_ARGS with the setting, wherever it stands, set to the merged list."""
    arguments = shlex.split(os.environ[_SUBMIT_ARGS])
    option = _OPTIONS.get(key)
    for at, name in enumerate(arguments[:-1]):
        if name == "--conf" and arguments[at + 1].startswith(f"{key}="):
            arguments[at + 1] = f"{key}={merged}"
        elif option is not None and name == option:
            arguments[at + 1] = merged
    return shlex.join(arguments)


def _default(key: str) -> str | None:
    """The setting in the spark-defaults.conf that Spark will read."""
    folder = os.environ.get("SPARK_CONF_DIR")
    path = Path(folder) if folder else spark_home.find().folder / "conf"
    defaults = path / "spark-defaults.conf"
    if not defaults.is_file():
        return None
    for line in defaults.read_text(encoding="utf-8").splitlines():
        found = re.fullmatch(r"\s*([^\s=:#!]+)\s*[\s=:]\s*(.*?)\s*", line)
        if found and found.group(1) == key:
            return found.group(2)
    return None
