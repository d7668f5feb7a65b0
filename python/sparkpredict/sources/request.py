# SPDX-License-Identifier: Apache-2.0
"""What a source is asked, and what it answers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sparkpredict.sources.listing import Limits
from sparkpredict.sources.secrets import masked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from sparkpredict.cache import Cache, Kept
    from sparkpredict.sources.download import Store
    from sparkpredict.sources.trust import Trust


def _unset(_key: str) -> None:
    """No setting has a value."""


def _no_jvm(_uri: str) -> None:
    """There is no JVM to read with."""


def _own_cache() -> Cache:
    from sparkpredict import cache, conf

    return cache.Cache(cache.default(), int(conf.declared()[conf.CACHE_MAX_BYTES]["default"]))


def _all_trusted() -> Trust:
    from sparkpredict.sources.trust import Trust

    return Trust()


@dataclass(frozen=True)
class Request:
    """A model that is wanted.

    Attributes:
        uri: as the user wrote it.
        storage_options: for the store that the URI names; may hold secrets.
        workspace: what ``aml_workspace=`` was given.
        hadoop: the value of a key of Hadoop's configuration, or None.
        hadoop_store: a folder as Hadoop's client in the JVM reads it; None where there is no JVM,
            or no client for the scheme.
        linked_services: the file or folder of linked services that the session names, or "".
        single: whether one file can be a model too.
        cache: where fetched models are kept.
        limits: how much a model may have.
        trust: from where models may be fetched; a source checks what it is led to.
    """

    uri: str
    storage_options: Mapping[str, Any] | None = field(default=None, repr=False)
    workspace: Any = field(default=None, repr=False)
    hadoop: Callable[[str], str | None] = field(default=_unset, repr=False)
    hadoop_store: Callable[[str], Store | None] = field(default=_no_jvm, repr=False)
    linked_services: str = ""
    single: bool = False
    cache: Cache = field(default_factory=_own_cache)
    limits: Limits = field(default_factory=Limits)
    trust: Trust = field(default_factory=_all_trusted)


@dataclass(frozen=True)
class Fetched:
    """A model that is here.

    Attributes:
        folder: where it is; where one file was allowed, that file.
        uri: its address from any working folder; a version that was asked for as the latest is
            written out.
        sign_in: by which way the store was opened, in words and without a secret; None where none
            was needed.
        again: arguments of ``bind_model`` by which it can be fetched again; never a secret, for a
            saved Transformer keeps them.
        kept: its place in the cache; None for a model that is read where it is.
    """

    folder: Path
    uri: str
    sign_in: str | None = None
    again: Mapping[str, Any] = field(default_factory=dict)
    kept: Kept | None = None


def scheme(uri: str) -> str:
    """The scheme of a URI in lower case; "" for a path."""
    found = re.match(r"([A-Za-z][A-Za-z0-9+.-]+):", uri)  # one letter is a Windows drive
    return found.group(1).lower() if found else ""


def redacted(uri: str) -> str:
    """A URI without user, password and query, which can hold secrets."""
    return re.sub(r"\?.*$", "?...", masked(uri))
