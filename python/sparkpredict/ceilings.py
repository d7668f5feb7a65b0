# SPDX-License-Identifier: Apache-2.0
"""What was allowed when the application started: a session can make it less, and never more."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from sparkpredict import conf
from sparkpredict.onnx import limits as graph_limits
from sparkpredict.session import installation
from sparkpredict.sources import trust
from sparkpredict.sources.listing import Limits

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_known: weakref.WeakKeyDictionary[Any, dict[str, str]] = weakref.WeakKeyDictionary()


def trusted(spark: SparkSession) -> trust.Trust:
    """From where models may be fetched: by what the application started with, and by the session.

    Raises:
        ConfigurationError: the session does not know PREDICT.
    """
    texts = (_started(spark).get(conf.TRUSTED, ""), conf.text(spark, conf.TRUSTED))
    lists = dict.fromkeys(trust.prefixes(text) for text in texts)
    return trust.Trust(tuple(filter(None, lists)))


def limits(spark: SparkSession) -> Limits:
    """How much a model may have.

    Raises:
        ConfigurationError: a limit is no number, or the session does not know PREDICT.
    """
    return Limits(least(spark, conf.FETCH_MAX_FILES), least(spark, conf.FETCH_MAX_BYTES))


def of_graphs(spark: SparkSession) -> graph_limits.Limits:
    """How large an ONNX graph may be.

    Raises:
        ConfigurationError: a limit is no number, or the session does not know PREDICT.
    """
    return graph_limits.Limits(least(spark, conf.ONNX_MAX_BYTES), least(spark, conf.ONNX_MAX_NODES))


def safe_mode(spark: SparkSession) -> bool:
    """Whether only formats without code are loaded: once switched on, it stays.

    Raises:
        ConfigurationError: the value is not a boolean, or the session does not know PREDICT.
    """
    started = _started(spark).get(conf.SAFE_MODE, "false")
    return conf.boolean(conf.SAFE_MODE, started) or conf.enabled(spark, conf.SAFE_MODE)


def path(spark: SparkSession, key: str) -> str:
    """A file or folder of this machine: who trusts few places must not be led to another one."""
    started = _started(spark)
    if started.get(conf.TRUSTED) or key in started:
        return started.get(key, "").strip()
    return conf.text(spark, key).strip()


def least(spark: SparkSession, key: str) -> int:
    """A number that a session can only make smaller.

    Raises:
        ConfigurationError: it is no number, or the session does not know PREDICT.
    """
    now = conf.size(spark, key)
    started = _started(spark).get(key)
    return now if started is None else min(now, conf.whole(key, started, "a number"))


def _started(spark: SparkSession) -> dict[str, str]:
    if spark not in _known:
        _known[spark] = installation(spark)[1]["started"]
    return _known[spark]
