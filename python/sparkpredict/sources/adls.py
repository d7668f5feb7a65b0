# SPDX-License-Identifier: Apache-2.0
"""Models in Azure Data Lake Storage Gen2 and Blob Storage, read by adlfs at the blob endpoint."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from sparkpredict.azure import extra
from sparkpredict.errors import BindArgumentError
from sparkpredict.sources.failures import missing
from sparkpredict.sources.request import Fetched, Request, redacted

if TYPE_CHECKING:
    from sparkpredict.azure.storage import SignIn
    from sparkpredict.cache import Kept

_EXPECTED = (
    "abfss://CONTAINER@ACCOUNT.dfs.core.windows.net/FOLDER, "
    "https://ACCOUNT.blob.core.windows.net/CONTAINER/FOLDER, "
    "or abfss://CONTAINER/FOLDER with account_name in storage_options; "
    "a SAS goes into storage_options as sas_token"
)
_SAVED = ("account_name", "anon", "linked_service")  # no secrets, and no host to send them to
_HOST = re.compile(r"(?P<account>[^@:/]+?)\.(?:dfs|blob)\.(?P<suffix>[^@:/]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Location:
    """A folder in a storage account.

    Attributes:
        account: the account's name.
        suffix: what follows ``dfs.`` or ``blob.`` in its hosts.
        container: the container, also called file system.
        path: the folder in it, without slashes at its ends.
    """

    account: str
    suffix: str
    container: str
    path: str

    @property
    def blob_host(self) -> str:
        """The host of the account's blob endpoint."""
        return f"{self.account}.blob.{self.suffix}"

    @property
    def dfs_host(self) -> str:
        """The host by which Hadoop's configuration names the account."""
        return f"{self.account}.dfs.{self.suffix}"


def fetch(request: Request) -> Fetched:
    """Downloads the folder of a URI.

    Raises:
        BindArgumentError: the URI is none of the known forms, or an option is wrong.
        ConfigurationError: the extra ``azure`` is not installed.
        ModelError: the store cannot be reached, refuses, or has no such folder.
    """
    options = dict(request.storage_options or {})
    where = location(request.uri, str(options.get("account_name") or ""))
    extra.check(request.uri)
    from sparkpredict.azure import storage

    way = storage.sign_in(where, options, request)
    saved = {name: options[name] for name in _SAVED if options.get(name)}
    again = {"storage_options": saved} if saved else {}
    kept = download(where, way, request.uri, request)
    return Fetched(kept.folder, request.uri, way.told, again, kept)


def download(where: Location, way: SignIn, uri: str, request: Request) -> Kept:
    """Downloads a folder, or a file where that can be a model, unless the cache has it.

    Args:
        where: the folder.
        way: of sign-in; its host may be another than the URI's.
        uri: as errors show it.
        request: what the user and the session allow.

    Raises:
        BindArgumentError: the folder is where no model may come from.
        ModelError: the store cannot be reached, refuses, or has no such folder.
    """
    from sparkpredict.azure import failures, folders
    from sparkpredict.sources import download

    store = folders.AzureFolder(where, way)
    request.trust.check(store.address, behind=uri)
    with failures.explained(where.blob_host, way.told, failures.BLOB_READER):
        found = download.tree(store, uri, request)
        if found is None and request.single:
            found = download.tree(folders.AzureFile(where, way), uri, request)
    if found is None:
        raise missing(where.blob_host, f"folder {where.path} in container {where.container}")
    return found


def location(uri: str, account: str = "") -> Location:
    """Takes a URI apart.

    Args:
        uri: of one of the forms that are known.
        account: the account, for a URI that names none.

    Raises:
        BindArgumentError: it has another form, or a query, user or password.
    """
    found = parsed(uri, account)
    if found is None or not found.container or not found.path:
        raise BindArgumentError("PREDICT_INVALID_URI", uri=redacted(uri), expected=_EXPECTED)
    return found


def parsed(uri: str, account: str = "") -> Location | None:
    """The place that a URI names, which may be a whole account or container; None of other forms.

    A query, a user or a password are another form.
    """
    parts = urlsplit(uri)
    secret = parts.query or parts.fragment or parts.password is not None
    container, at, host = parts.netloc.rpartition("@")
    found = _HOST.fullmatch(host)
    path = parts.path.strip("/")
    if parts.scheme.lower() == "https":
        container, _, path = unquote(path).partition("/")
        secret = secret or at
    elif found is None and not at and host and account:
        container, found = host, _HOST.fullmatch(f"{account}.dfs.core.windows.net")
    if secret or found is None:
        return None
    return Location(found["account"], found["suffix"], container, path.strip("/"))
