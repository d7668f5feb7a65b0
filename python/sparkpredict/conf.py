# SPDX-License-Identifier: Apache-2.0
"""The configuration keys, declared once in ``resources/conf-keys.json``."""

from __future__ import annotations

import json
import pkgutil
from functools import cache
from typing import TYPE_CHECKING, Any

from sparkpredict.errors import ConfigurationError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

PREFIX = "spark.synapse.ml.predict."
ARGUMENT_BINDING = PREFIX + "arguments.binding"
ATTACH = PREFIX + "attach.enabled"
BIND = PREFIX + "bind.enabled"
BIND_TIMEOUT = PREFIX + "bind.timeout"
CACHE_DIR = PREFIX + "cacheDir"
CACHE_MAX_BYTES = PREFIX + "cacheMaxBytes"
ENABLED = PREFIX + "enabled"
FETCH_MAX_BYTES = PREFIX + "fetch.maxBytes"
FETCH_MAX_FILES = PREFIX + "fetch.maxFiles"
LINKED_SERVICES = PREFIX + "linkedServices"
MODELS = PREFIX + "models"
ONNX_CONVERT = PREFIX + "onnx.convert.enabled"
ONNX_IDLE = PREFIX + "onnx.idleTimeout"
ONNX_MAX_BYTES = PREFIX + "onnx.maxBytes"
ONNX_MAX_NODES = PREFIX + "onnx.maxNodes"
PROBE = PREFIX + "probe.enabled"
PROBE_MAX_BYTES = PREFIX + "probe.maxModelBytes"
PROBE_TIMEOUT = PREFIX + "probe.timeout"
SAFE_MODE = PREFIX + "safeMode.enabled"
SHIP_FOLDER = PREFIX + "ship.folder"
SHIP_MAX_BYTES = PREFIX + "ship.maxBytes"
TRUSTED = PREFIX + "trustedUriPrefixes"
BINDING = PREFIX + "binding."


@cache
def declared() -> dict[str, dict[str, Any]]:
    """All keys with type, default, version and what they do."""
    data = pkgutil.get_data("sparkpredict", "resources/conf-keys.json")
    if data is None:
        raise FileNotFoundError("conf-keys.json")
    return dict(json.loads(data))


def text(spark: SparkSession, key: str) -> str:
    """The value of a declared key in a session, or its default."""
    return str(spark.conf.get(key, declared()[key]["default"]))


def enabled(spark: SparkSession, key: str = ENABLED) -> bool:
    """Whether something is switched on: PREDICT, unless another declared key is given.

    Raises:
        ConfigurationError: the value is not a boolean.
    """
    return boolean(key, text(spark, key))


def boolean(key: str, value: str) -> bool:
    """A boolean that a key is set to.

    Raises:
        ConfigurationError: it is none.
    """
    value = value.strip().lower()
    if value not in {"true", "false"}:
        raise ConfigurationError(
            "PREDICT_INVALID_CONF", key=key, value=value, expected="true or false"
        )
    return value == "true"


def flag(spark: SparkSession, key: str) -> bool:
    """One of Spark's own boolean keys."""
    return str(spark.conf.get(key, "false")).lower() == "true"


def size(spark: SparkSession, key: str) -> int:
    """A key that holds a number of bytes.

    Raises:
        ConfigurationError: the value is not a whole number.
    """
    return whole(key, text(spark, key), "a number of bytes")


def seconds(spark: SparkSession, key: str) -> int:
    """A key that holds a number of seconds.

    Raises:
        ConfigurationError: the value is not a whole number.
    """
    return whole(key, text(spark, key), "a number of seconds")


def whole(key: str, value: str, expected: str) -> int:
    """A whole number that a key is set to.

    Raises:
        ConfigurationError: it is none.
    """
    value = value.strip()
    if not value.isdecimal():
        raise ConfigurationError("PREDICT_INVALID_CONF", key=key, value=value, expected=expected)
    return int(value)
