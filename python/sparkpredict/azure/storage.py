# SPDX-License-Identifier: Apache-2.0
"""Storage accounts: which way of sign-in applies, and adlfs with limits on how long it tries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from adlfs import AzureBlobFileSystem
from azure.core.credentials import AzureSasCredential
from azure.storage.blob.aio import BlobServiceClient

from sparkpredict.azure import credentials, linked_services
from sparkpredict.azure.credentials import Signer
from sparkpredict.azure.retries import LIMITS, Patience
from sparkpredict.errors import BindArgumentError, invalid_argument

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sparkpredict.sources.adls import Location
    from sparkpredict.sources.request import Request

_KNOWN = (
    "account_host, account_key, account_name, anon, client_id, client_secret, connection_string, "
    "credential, linked_service, sas_token, tenant_id"
)
_PIECE = 4 << 20  # bytes of a file that are in memory at a time; the default is 32 MB at first
_PIECES = {"max_single_get_size": _PIECE, "max_chunk_get_size": _PIECE}


@dataclass(frozen=True)
class SignIn:
    """A way into a storage account.

    Attributes:
        told: the way in words, without a secret.
        credential: what the blob client takes; None is anonymous.
        connection_string: takes the place of account and credential.
        host: another host than the URI's.
    """

    told: str
    credential: Any = field(default=None, repr=False)
    connection_string: str | None = field(default=None, repr=False)
    host: str | None = None


def sign_in(where: Location, options: Mapping[str, Any], request: Request) -> SignIn:
    """The first way that applies: options, Spark's conf, the notebook, DefaultAzureCredential.

    Raises:
        BindArgumentError: an option is not known, or half of a sign-in is given.
    """
    unknown = sorted(set(options) - set(_KNOWN.split(", ")))
    if unknown:
        raise invalid_argument("storage_options", unknown, f"some of {_KNOWN}")
    return (
        _by_options(where, options, request)
        or _by_conf(where, request)
        or by_credential(where, *credentials.ambient(), host=options.get("account_host"))
    )


def by_credential(where: Location, credential: Any, told: str, host: str | None = None) -> SignIn:
    """A way by tokens."""
    return SignIn(told, Signer(credential, told, where.blob_host).for_async(), host=host)


def by_key(told: str, key: str, where: Location, host: str | None = None) -> SignIn:
    """A way by the account's key."""
    return SignIn(told, {"account_name": where.account, "account_key": key}, host=host)


def by_sas(told: str, sas: str, host: str | None = None) -> SignIn:
    """A way by a shared access signature."""
    return SignIn(told, AzureSasCredential(sas.lstrip("?")), host=host)


def file_system(where: Location, way: SignIn) -> AzureBlobFileSystem:
    """One account by adlfs, with our limits; the environment's storage settings are not read."""
    return _Limited(
        account_name=where.account,
        anon=True,  # keeps adlfs from looking for credentials: the way has them
        way=way,
        url=f"https://{way.host or where.blob_host}",
        skip_instance_cache=True,
        use_listings_cache=False,
        **LIMITS,
    )


class _Limited(AzureBlobFileSystem):  # type: ignore[misc]
    """Makes the client itself: adlfs has no option for retries, and reads the environment."""

    def __init__(self, *, way: SignIn, url: str, **options: Any) -> None:
        self._way = way
        self._url = url
        super().__init__(**options)

    def do_connect(self) -> None:
        """Makes the client by the way of sign-in."""
        limits = {"retry_policy": Patience(), "permit_redirects": False, **_PIECES, **LIMITS}
        if self._way.connection_string is not None:
            self.service_client = BlobServiceClient.from_connection_string(
                self._way.connection_string, **limits
            )
        else:
            self.service_client = BlobServiceClient(
                self._url, credential=self._way.credential, **limits
            )


def _by_options(where: Location, options: Mapping[str, Any], request: Request) -> SignIn | None:
    if options.get("connection_string"):
        text = str(options["connection_string"])
        return SignIn("storage_options: connection string", connection_string=text)
    if options.get("linked_service"):
        name = str(options["linked_service"])
        return linked_services.storage(name, where, request.linked_services)
    return _by_secret(where, options) or _by_principal(where, options)


def _by_secret(where: Location, options: Mapping[str, Any]) -> SignIn | None:
    host = options.get("account_host")
    if options.get("credential") is not None:
        credential = options["credential"]
        told = f"storage_options: {type(credential).__name__}"
        if not hasattr(credential, "get_token"):
            return SignIn(told, credential, host=host)
        return by_credential(where, credential, told, host)
    if options.get("account_key"):
        told = "storage_options: account key"
        return by_key(told, str(options["account_key"]), where, host)
    if options.get("sas_token"):
        return by_sas("storage_options: SAS", str(options["sas_token"]), host)
    return None


def _by_principal(where: Location, options: Mapping[str, Any]) -> SignIn | None:
    host = options.get("account_host")
    principal = [options.get(name) for name in ("tenant_id", "client_id", "client_secret")]
    if all(principal):
        return _principal(where, "storage_options", *map(str, principal), host=host)
    if any(principal):
        raise invalid_argument(
            "storage_options",
            sorted(options),
            "client_id, client_secret and tenant_id together",
        )
    return SignIn("anonymous", host=host) if options.get("anon") else None


def _by_conf(where: Location, request: Request) -> SignIn | None:
    """What Hadoop's ABFS driver would do, by its own keys, with the host in them or without."""

    def of(key: str) -> str | None:
        return request.hadoop(f"{key}.{where.dfs_host}") or request.hadoop(key)

    kind = (of("fs.azure.account.auth.type") or "").lower()
    key = of("fs.azure.account.key")
    if key and kind in {"", "sharedkey"}:
        return by_key("Spark conf: account key", key, where)
    sas = of("fs.azure.sas.fixed.token")
    if sas and kind in {"", "sas"}:
        return by_sas("Spark conf: SAS", sas)
    provider = of("fs.azure.account.oauth.provider.type") or ""
    client = of("fs.azure.account.oauth2.client.id")
    if kind == "oauth" and provider.endswith("ClientCredsTokenProvider"):
        endpoint = urlsplit(of("fs.azure.account.oauth2.client.endpoint") or "")
        tenant = endpoint.path.strip("/").partition("/")[0]
        secret = of("fs.azure.account.oauth2.client.secret")
        if not (tenant and client and secret):
            raise BindArgumentError(
                "PREDICT_INVALID_ARGUMENT",
                argument=f"fs.azure.account.oauth2.client.*.{where.dfs_host}",
                value="incomplete",
                expected="id, secret and endpoint",
            )
        authority = f"https://{endpoint.netloc}"
        return _principal(where, "Spark conf", tenant, client, secret, authority=authority)
    if kind == "oauth" and provider.endswith("MsiTokenProvider"):
        identity = credentials.managed_identity(client)
        return by_credential(where, identity, "Spark conf: managed identity")
    return None


def _principal(
    where: Location,
    source: str,
    tenant: str,
    client: str,
    secret: str,
    *,
    authority: str | None = None,
    host: str | None = None,
) -> SignIn:
    credential = credentials.service_principal(tenant, client, secret, authority)
    return by_credential(where, credential, f"{source}: service principal {client}", host)
