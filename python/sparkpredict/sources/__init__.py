# SPDX-License-Identifier: Apache-2.0
"""From a model URI to a local folder. Schemes of other packages come by entry points."""

from __future__ import annotations

from importlib import metadata
from typing import Any, Protocol

from sparkpredict.errors import BindArgumentError, invalid_argument
from sparkpredict.sources import adls, azureml, buckets, hadoop, local, secrets, tracking
from sparkpredict.sources.request import Fetched, Request, redacted, scheme

__all__ = ["GROUP", "SOURCES", "Fetched", "Request", "Source", "absolute", "fetch", "redacted"]

GROUP = "sparkpredict.sources"


class Source(Protocol):
    """Brings the models of one scheme to this machine."""

    def __call__(self, request: Request, /) -> Fetched:
        """Raises PredictError when there is no such model, or it cannot be had."""


SOURCES: dict[str, Source] = {
    "": local.fetch,
    "abfs": adls.fetch,
    "abfss": adls.fetch,
    "aml": azureml.fetch,
    "azureml": azureml.fetch,
    "dbfs": hadoop.fetch,
    "file": local.fetch,
    "gs": buckets.fetch,
    "hdfs": hadoop.fetch,
    "https": adls.fetch,
    "mlflow-artifacts": tracking.fetch,
    "models": tracking.fetch,
    "runs": tracking.fetch,
    "s3": buckets.fetch,
    "s3a": hadoop.fetch,
}

# Hadoop has a client for it that reads single files.
_LISTS_NOTHING = frozenset({"http"})

# Ways that can be named, for a scheme that has another one of its own.
BY_NAME: dict[str, Source] = {"hadoop": hadoop.fetch}


def fetch(uri: str, *, source: str | None = None, **given: Any) -> Fetched:
    """Brings a model to this machine, all or nothing.

    Args:
        uri: a path, or a URI of a known scheme.
        source: the way that must be taken, whatever the scheme: ``"hadoop"``.
        given: the other fields of ``Request``.

    Raises:
        BindArgumentError: the scheme is not known; the error lists those that are. Or the URI is
            not one that is trusted, or holds a secret.
        ModelError: there is no such model, or its store refuses it.
    """
    if source is not None and source not in BY_NAME:
        raise invalid_argument("source", source, " or ".join(map(repr, BY_NAME)))
    request = Request(uri, **given)
    found = BY_NAME[source] if source is not None else _of(scheme(uri), request)
    if found is None:
        names = sorted({*SOURCES, *(point.name for point in _entry_points())})
        known = ", ".join(f"{name}:" if name else "a local path" for name in names)
        raise BindArgumentError(
            "PREDICT_UNKNOWN_SCHEME", uri=redacted(uri), scheme=scheme(uri), known=known
        )
    account = str((request.storage_options or {}).get("account_name") or "")
    with secrets.kept_out(request.storage_options):
        request.trust.check(uri, account=account)
        if scheme(uri) not in {"", "file"} and secrets.masked(uri) != uri:
            raise BindArgumentError(
                "PREDICT_INVALID_URI",
                uri=redacted(uri),
                expected="one without a password or token; storage_options take these",
            )
        return found(request)


def absolute(uri: str) -> str:
    """The URI as it can be used from another working folder."""
    return str(local.path(uri).absolute()) if scheme(uri) in {"", "file"} else uri


def _of(kind: str, request: Request) -> Source | None:
    """The source of a scheme; Hadoop's client may read what is not in the table."""
    known = SOURCES.get(kind) or _plugged_in(kind)
    if (
        known is None
        and kind not in _LISTS_NOTHING
        and request.hadoop_store(request.uri) is not None
    ):
        return hadoop.fetch
    return known


def _plugged_in(kind: str) -> Source | None:
    found = [point for point in _entry_points() if point.name == kind]
    return found[0].load() if found else None


def _entry_points() -> list[metadata.EntryPoint]:
    points: Any = metadata.entry_points()
    if hasattr(points, "select"):
        return list(points.select(group=GROUP))
    return list(points.get(GROUP, ()))  # Python 3.9
