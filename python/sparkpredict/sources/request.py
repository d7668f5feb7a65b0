# SPDX-License-Identifier: Apache-2.0
"""What a source is asked, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


def _unset(_key: str) -> None:
    """No setting has a value."""


@dataclass(frozen=True)
class Request:
    """A model that is wanted.

    Attributes:
        uri: as the user wrote it.
        storage_options: for the store that the URI names; may hold secrets.
        workspace: what ``aml_workspace=`` was given.
        hadoop: the value of a key of Hadoop's configuration, or None.
        linked_services: the file or folder of linked services that the session names, or "".
        single: whether one file can be a model too.
    """

    uri: str
    storage_options: Mapping[str, Any] | None = field(default=None, repr=False)
    workspace: Any = field(default=None, repr=False)
    hadoop: Callable[[str], str | None] = field(default=_unset, repr=False)
    linked_services: str = ""
    single: bool = False


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
    """

    folder: Path
    uri: str
    sign_in: str | None = None
    again: Mapping[str, Any] = field(default_factory=dict)
