# SPDX-License-Identifier: Apache-2.0
"""From a model URI to a local folder. Schemes of other packages come by entry points."""

from __future__ import annotations

import re
from importlib import metadata
from typing import Any, Protocol

from sparkpredict.errors import BindArgumentError
from sparkpredict.sources import adls, azureml, local
from sparkpredict.sources.request import Fetched, Request

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
    "file": local.fetch,
    "https": adls.fetch,
}


def fetch(uri: str, **given: Any) -> Fetched:
    """Brings a model to this machine, all or nothing.

    Args:
        uri: a path, or a URI of a known scheme.
        given: the other fields of ``Request``.

    Raises:
        BindArgumentError: the scheme is not known; the error lists those that are.
        ModelError: there is no such model, or its store refuses it.
    """
    scheme = _scheme(uri)
    source = SOURCES.get(scheme) or _plugged_in(scheme)
    if source is None:
        names = sorted({*SOURCES, *(point.name for point in _entry_points())})
        known = ", ".join(f"{name}:" if name else "a local path" for name in names)
        raise BindArgumentError(
            "PREDICT_UNKNOWN_SCHEME", uri=redacted(uri), scheme=scheme, known=known
        )
    return source(Request(uri, **given))


def absolute(uri: str) -> str:
    """The URI as it can be used from another working folder."""
    return str(local.path(uri).absolute()) if _scheme(uri) in {"", "file"} else uri


def redacted(uri: str) -> str:
    """A URI without user, password and query, which can hold secrets."""
    return re.sub(r"\?.*$", "?...", re.sub(r"//[^/]*:[^/]*@", "//...@", uri))


def _scheme(uri: str) -> str:
    found = re.match(r"([A-Za-z][A-Za-z0-9+.-]+):", uri)  # one letter is a Windows drive
    return found.group(1).lower() if found else ""


def _plugged_in(scheme: str) -> Source | None:
    found = [point for point in _entry_points() if point.name == scheme]
    return found[0].load() if found else None


def _entry_points() -> list[metadata.EntryPoint]:
    points: Any = metadata.entry_points()
    if hasattr(points, "select"):
        return list(points.select(group=GROUP))
    return list(points.get(GROUP, ()))  # Python 3.9
