# SPDX-License-Identifier: Apache-2.0
"""Local folders, by path or ``file:`` URI."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from sparkpredict.errors import ModelError
from sparkpredict.sources.request import Fetched, Request


def fetch(request: Request) -> Fetched:
    """The folder, or the file, itself: it is read where it is.

    Raises:
        ModelError: nothing is there, or it is a file.
    """
    found = path(request.uri)
    if not found.is_dir() and not (request.single and found.is_file()):
        raise ModelError("PREDICT_MODEL_FILE_MISSING", path=found, flavor="<flavor>")
    return Fetched(found, str(found.absolute()))


def path(uri: str) -> Path:
    """The path of a ``file:`` URI, percent-decoded, or the path that was given."""
    if uri.lower().startswith("file:"):
        return Path(unquote(urlsplit(uri).path))
    return Path(uri).expanduser()
