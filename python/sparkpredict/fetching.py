# SPDX-License-Identifier: Apache-2.0
"""Fetches a model within what a session allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sparkpredict import cache, ceilings, conf, connect, sources
from sparkpredict.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyspark.sql import SparkSession


def fetch(
    spark: SparkSession,
    uri: str,
    *,
    source: str | None,
    storage_options: Mapping[str, Any] | None,
    workspace: Any,
    single: bool,
) -> sources.Fetched:
    """Brings a model to this machine; see ``sources.fetch``.

    Args:
        spark: the session, whose settings say what may be fetched, and how.
        uri: of the model.
        source: the way that must be taken, or None.
        storage_options: for the store that the URI names.
        workspace: what ``aml_workspace=`` was given.
        single: whether one file can be a model too.
    """
    return sources.fetch(
        uri,
        source=source,
        storage_options=storage_options,
        workspace=workspace,
        hadoop=connect.hadoop_settings(spark),
        hadoop_store=connect.hadoop_store(spark),
        linked_services=ceilings.path(spark, conf.LINKED_SERVICES),
        single=single,
        cache=cache.of(spark),
        limits=ceilings.limits(spark),
        trust=ceilings.trusted(spark),
    )


def check_kept(spark: SparkSession, fetched: sources.Fetched, digest: str) -> None:
    """Compares a model with the name that the cache has for it, and drops another's.

    Raises:
        ModelError: somebody wrote to the cache.
    """
    if fetched.kept is not None and fetched.kept.digest != digest:
        cache.of(spark).drop(fetched.kept)
        raise ModelError("PREDICT_MODEL_CHANGED", path=fetched.folder)
