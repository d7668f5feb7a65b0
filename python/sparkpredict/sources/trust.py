# SPDX-License-Identifier: Apache-2.0
"""Whether models may be fetched from an address, decided before the first byte is asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from sparkpredict import conf
from sparkpredict.errors import BindArgumentError, ConfigurationError
from sparkpredict.sources import adls, local
from sparkpredict.sources.request import redacted, scheme

_AZURE = frozenset({"abfs", "abfss", "https"})
_REGISTRIES = frozenset({"aml", "azureml", "models"})
_GENERIC = re.compile(r"[^:]+:(?://(?P<authority>[^/]*))?(?P<path>.*)", re.DOTALL)


@dataclass(frozen=True)
class Address:
    """A URI in the one form in which it is compared.

    Attributes:
        scheme: in lower case; each way to write an account of Azure Storage is ``abfss``, a path is
            ``file``.
        authority: host or bucket, in lower case.
        parts: of the path; of a path on this machine as its links lead.
    """

    scheme: str
    authority: str
    parts: tuple[str, ...]

    def is_below(self, prefix: Address) -> bool:
        """Whether it is the prefix, or whole parts of a path further down."""
        if self.scheme != prefix.scheme:
            return False
        if not prefix.authority and not prefix.parts and prefix.scheme != "file":
            return True
        found = self.parts[: len(prefix.parts)]
        return (self.authority, found) == (prefix.authority, prefix.parts)


@dataclass(frozen=True)
class Trust:
    """From where models may be fetched.

    Attributes:
        lists: of prefixes, each of which must have one for an address; without any all is trusted.
    """

    lists: tuple[tuple[str, ...], ...] = ()

    def check(self, uri: str, *, account: str = "", behind: str | None = None) -> None:
        """Refuses a URI that is not below a prefix of every list.

        Args:
            uri: as it was given, or what a registry or an option led to.
            account: the storage account, for a URI that names none.
            behind: the URI that led to this one.

        Raises:
            BindArgumentError: it is not, or its path has ``..``.
            ConfigurationError: a prefix is no URI.
        """
        asked = address(uri, account)
        for prefixes in self.lists:
            if not any(asked.is_below(_prefix(prefix)) for prefix in prefixes):
                shown = redacted(uri)
                raise BindArgumentError(
                    "PREDICT_URI_NOT_TRUSTED",
                    uri=shown if behind is None else f"{redacted(behind)}, which is at {shown},",
                    key=conf.TRUSTED,
                    prefixes=", ".join(prefixes),
                )


def prefixes(text: str) -> tuple[str, ...]:
    """The prefixes of a list, which commas separate."""
    return tuple(filter(None, (part.strip() for part in text.split(","))))


def address(uri: str, account: str = "") -> Address:
    """A URI in the form in which it is compared.

    Raises:
        BindArgumentError: its path has ``..``, or another part that is not one.
    """
    kind = scheme(uri)
    if kind in {"", "file"}:
        return Address("file", "", local.path(uri).resolve().parts)
    place = adls.parsed(uri, account) if kind in _AZURE else None
    if place is not None:
        path = "/".join(filter(None, (place.container.lower(), place.path)))
        return Address("abfss", place.blob_host.lower(), _parts(path, uri))
    found = _GENERIC.fullmatch(uri)
    authority, path = (found["authority"] or "", found["path"]) if found else ("", "")
    if kind in _REGISTRIES and "/" not in path.strip("/") and not (authority and path.strip("/")):
        named = re.split("[:@]", authority or path.strip("/"), maxsplit=1)
        return Address("aml" if kind == "azureml" else kind, "", _parts("/".join(named), uri))
    return Address(kind, authority.lower(), _parts(path, uri))


def _parts(path: str, uri: str) -> tuple[str, ...]:
    parts = tuple(path.strip("/").split("/")) if path.strip("/") else ()
    for part in (*parts, *map(unquote, parts)):
        if part in {"", ".", ".."} or any(sign in part for sign in "\\\0"):
            raise BindArgumentError(
                "PREDICT_INVALID_URI",
                uri=redacted(uri),
                expected="a path without empty parts, '.', '..' and backslashes",
            )
    return parts


def _prefix(text: str) -> Address:
    try:
        if scheme(text) or text.startswith("/"):
            return address(text)
    except BindArgumentError:
        pass
    raise ConfigurationError(
        "PREDICT_INVALID_CONF",
        key=conf.TRUSTED,
        value=text,
        expected="URIs and absolute paths, separated by commas",
    )
