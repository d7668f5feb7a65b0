# SPDX-License-Identifier: Apache-2.0
"""Local folders, by path or ``file:`` URI."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from sparkpredict.errors import ModelError
from sparkpredict.sources import listing
from sparkpredict.sources.request import Fetched, Request


def fetch(request: Request) -> Fetched:
    """The folder, or the file, itself: it is read where it is.

    Raises:
        ModelError: nothing is there, it is a file, or the folder holds what a model has not.
    """
    found = path(request.uri)
    if not found.is_dir() and not (request.single and found.is_file()):
        raise ModelError("PREDICT_MODEL_FILE_MISSING", path=found, flavor="<flavor>")
    if not request.single:
        listing.checked(listing.below(found, str(found)), request.limits, str(found))
    elif request.trust.lists:
        # A bare graph may be a link, as in a cache of downloads: where it leads must be trusted.
        for file in [found] if found.is_file() else filter(Path.is_file, found.rglob("*")):
            request.trust.check(str(file), behind=request.uri)
    return Fetched(found, str(found.absolute()))


def path(uri: str) -> Path:
    """The path of a ``file:`` URI, percent-decoded, or the path that was given."""
    if uri.lower().startswith("file:"):
        return Path(unquote(urlsplit(uri).path))
    return Path(uri).expanduser()
