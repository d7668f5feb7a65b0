# SPDX-License-Identifier: Apache-2.0
"""Token credentials: how they are made, named and told of when they fail."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from typing import Any

from azure.core.credentials import AccessToken
from azure.core.exceptions import AzureError

from sparkpredict.azure import failures
from sparkpredict.errors import ModelError
from sparkpredict.sources.failures import first_line

_AUDIENCES = {
    "https://storage.azure.com": "Storage",
    "https://management.azure.com": "AzureManagement",
    "https://vault.azure.net": "Vault",
}


class Signer:
    """A credential whose failure names the way of sign-in and the host that it was for.

    Attributes:
        way: the way in words, without a secret.
    """

    def __init__(self, credential: Any, way: str, host: str) -> None:
        self.way = way
        self._credential = credential
        self._host = host

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        """A token for a scope.

        Raises:
            ModelError: there is none.
        """
        try:
            token: AccessToken = self._credential.get_token(*scopes, **options)
        except (AzureError, ValueError) as error:
            raise self.failed(error) from None
        except Exception as error:
            if "azureml" not in type(error).__module__:
                raise
            raise self.failed(error) from None
        return token

    def failed(self, error: Exception) -> ModelError:
        """The error of this way of sign-in."""
        return failures.sign_in_failed(error, self._host, self.way)

    def for_async(self) -> AsyncSigner:
        """The same for a client that awaits its tokens."""
        return AsyncSigner(self)


class AsyncSigner:
    """A Signer for a client that awaits; the token is had in a thread of its own."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer

    async def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        """A token for a scope; an awaitable one of the user's is awaited here."""
        token: Any = await asyncio.to_thread(self._signer.get_token, *scopes, **options)
        if isinstance(token, AccessToken):
            return token
        try:
            awaited: AccessToken = await token
        except (AzureError, ValueError) as error:
            raise self._signer.failed(error) from None
        return awaited

    async def close(self) -> None:
        """Leaves the credential open: it may be the user's."""

    async def __aenter__(self) -> AsyncSigner:  # noqa: PYI034 (Self is of Python 3.11)
        return self

    async def __aexit__(self, *details: object) -> None:
        await self.close()


class NotebookCredential:
    """The credentials of a notebook runtime that has ``mssparkutils``."""

    def __init__(self, get_token: Any) -> None:
        self._get_token = get_token

    def get_token(self, *scopes: str, **_options: Any) -> AccessToken:
        """A token for a scope, good until the time that it states itself."""
        resource = scopes[0][: -len("/.default")].rstrip("/")
        try:
            token = self._get_token(_AUDIENCES.get(resource, resource))
        except Exception as error:
            raise ValueError(f"mssparkutils: {first_line(error)}") from error
        if not token:
            raise ValueError("the notebook's mssparkutils gave no token")
        return AccessToken(token, _expiry(token))


def service_principal(tenant: str, client: str, secret: str, authority: str | None = None) -> Any:
    """A service principal with a secret.

    Raises:
        ValueError: the tenant is not one.
    """
    from azure.identity import ClientSecretCredential

    chosen = {"authority": authority} if authority else {}
    return ClientSecretCredential(tenant, client, secret, **chosen)


def managed_identity(client: str | None = None) -> Any:
    """The identity of the machine or service that this runs on."""
    from azure.identity import ManagedIdentityCredential

    return ManagedIdentityCredential(client_id=client)


def ambient() -> tuple[Any, str]:
    """What there is without being told: a notebook's credentials, else DefaultAzureCredential."""
    from azure.identity import DefaultAzureCredential

    notebook = _of_notebook()
    if notebook is not None:
        return notebook, "the notebook's credentials"
    return DefaultAzureCredential(), "DefaultAzureCredential"


def _of_notebook() -> NotebookCredential | None:
    try:
        from notebookutils import mssparkutils
    except ImportError:
        return None
    get_token = getattr(getattr(mssparkutils, "credentials", None), "getToken", None)
    return NotebookCredential(get_token) if get_token and _answers(get_token) else None


def _answers(get_token: Any) -> bool:
    """Whether it is a runtime's own: the stubs that can be installed anywhere give nothing."""
    try:
        return bool(get_token("Storage"))
    except Exception:  # noqa: BLE001 (a refusal is told when the token is needed)
        return True


def _expiry(token: str) -> int:
    try:
        claims = token.split(".")[1]
        padded = claims + "=" * (-len(claims) % 4)
        return int(json.loads(base64.urlsafe_b64decode(padded))["exp"])
    except (IndexError, KeyError, ValueError):
        return int(time.time()) + 300
