# SPDX-License-Identifier: Apache-2.0
"""From a model URI to a local folder."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from sparkpredict.errors import BindArgumentError
from sparkpredict.sources import local

if TYPE_CHECKING:
    from pathlib import Path


class Source(Protocol):
    """Gives the local folder of a URI of one scheme."""

    def __call__(self, uri: str, /) -> Path:
        """Raises ModelError when there is no such model."""


SOURCES: dict[str, Source] = {"": local.folder, "file": local.folder}


def fetch(uri: str) -> Path:
    """The local folder of a model.

    Args:
        uri: a path, absolute or relative to the working folder, or a ``file:`` URI.

    Raises:
        BindArgumentError: the scheme is not known; the error lists those that are.
        ModelError: there is no such folder.
    """
    scheme = _scheme(uri)
    if scheme not in SOURCES:
        known = ", ".join(sorted(f"{name}:" if name else "a local path" for name in SOURCES))
        raise BindArgumentError(
            "PREDICT_UNKNOWN_SCHEME", uri=redacted(uri), scheme=scheme, known=known
        )
    return SOURCES[scheme](uri)


def absolute(uri: str) -> str:
    """The URI as it can be used from another working folder."""
    return str(local.path(uri).absolute()) if _scheme(uri) in {"", "file"} else uri


def redacted(uri: str) -> str:
    """A URI without user, password and query, which can hold secrets."""
    return re.sub(r"\?.*$", "?...", re.sub(r"//[^/]*:[^/]*@", "//...@", uri))


def _scheme(uri: str) -> str:
    found = re.match(r"([A-Za-z][A-Za-z0-9+.-]+):", uri)  # one letter is a Windows drive
    return found.group(1).lower() if found else ""
