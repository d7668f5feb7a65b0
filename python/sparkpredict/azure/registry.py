# SPDX-License-Identifier: Apache-2.0
"""What Azure Resource Manager tells of registered models and the stores that hold them."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

from azure.core import PipelineClient
from azure.core.exceptions import HttpResponseError
from azure.core.pipeline import policies
from azure.core.rest import HttpRequest

from sparkpredict.azure import credentials, failures, storage
from sparkpredict.azure.credentials import Signer
from sparkpredict.azure.retries import LIMITS
from sparkpredict.azure.workspace import Workspace
from sparkpredict.errors import ModelError
from sparkpredict.sources.adls import Location
from sparkpredict.version import __version__

_API = "2024-04-01"
_SECONDS = 60


class Registry:
    """The models and datastores of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        credential, told = workspace.credential, workspace.told
        if credential is None:
            credential, told = credentials.ambient()
        self._workspace = workspace
        self._host = urlsplit(workspace.base_url).netloc
        self.told = told or type(credential).__name__
        self._credential = Signer(credential, self.told, self._host)
        base_url: Any = workspace.base_url
        self._client: PipelineClient[Any, Any] = PipelineClient(
            base_url,
            policies=[
                policies.RequestIdPolicy(),
                policies.UserAgentPolicy(base_user_agent=f"spark-predict/{__version__}"),
                policies.RedirectPolicy(permit_redirects=False),  # a token follows none
                policies.RetryPolicy(
                    retry_total=3, retry_connect=1, retry_backoff_factor=0.5, timeout=_SECONDS
                ),
                policies.BearerTokenCredentialPolicy(
                    self._credential, f"{workspace.base_url}/.default"
                ),
            ],
            **LIMITS,
        )

    def version(self, name: str, version: str | None) -> tuple[str, str]:
        """The version and the ``modelUri`` of a registered model.

        Args:
            name: the model's name.
            version: its version; None is the one that was created last and is not archived.

        Raises:
            ModelError: there is none, or Azure refuses or cannot be reached.
        """
        base = f"{self._workspace.path}/models/{quote(name, safe='')}/versions"
        if version is None:
            wanted = {"$orderBy": "createdtime desc", "$top": "1", "listViewType": "ActiveOnly"}
            listed = self._send("GET", base, f"model {name}", query=wanted)["value"]
            if not listed:
                raise ModelError(
                    "PREDICT_REMOTE_MODEL_MISSING",
                    what=f"version of model {name} that is not archived",
                    host=self._host,
                    cure="Give a version as in aml://name:1.",
                )
            found = listed[0]
        else:
            address = f"{base}/{quote(version, safe='')}"
            found = self._send("GET", address, f"version {version} of model {name}")
        return str(found["name"]), str(found["properties"]["modelUri"])

    def store(self, name: str, path: str) -> tuple[Location, storage.SignIn]:
        """Where a path of a datastore is, and the way into it that the datastore states.

        Raises:
            ModelError: there is no such datastore, or its secret may not be read.
        """
        what = f"datastore {name}"
        address = f"{self._workspace.path}/datastores/{quote(name, safe='')}"
        told = self._send("GET", address, what)["properties"]
        container = told.get("containerName") or told.get("filesystem")
        if not container or not told.get("accountName"):
            raise self._unsupported(name, str(told.get("datastoreType")))
        suffix = told.get("endpoint") or "core.windows.net"
        where = Location(told["accountName"], suffix, container, path.strip("/"))
        stated = told.get("credentials") or {}
        kind = stated.get("credentialsType") or "None"
        way = f"{what}: {kind}"
        if kind == "None":
            own = self._workspace.storage_credential or self._credential
            return where, storage.by_credential(where, own, f"{what}: {self.told}")
        if kind not in {"AccountKey", "Sas", "ServicePrincipal"}:
            raise self._unsupported(name, kind)
        secret = self._send("POST", f"{address}/listSecrets", what, role=failures.LIST_SECRETS)
        if kind == "AccountKey":
            return where, storage.by_key(way, secret["key"], where)
        if kind == "Sas":
            return where, storage.by_sas(way, secret["sasToken"])
        principal = credentials.service_principal(
            stated["tenantId"],
            stated["clientId"],
            secret["clientSecret"],
            stated.get("authorityUrl"),
        )
        return where, storage.by_credential(where, principal, f"{way} {stated['clientId']}")

    def _send(
        self,
        method: str,
        path: str,
        what: str,
        *,
        query: dict[str, str] | None = None,
        role: str = failures.WORKSPACE_READER,
    ) -> Any:
        request = HttpRequest(
            method,
            self._workspace.base_url + path,
            params={"api-version": _API, **(query or {})},
            headers={"Accept": "application/json"},
            json={} if method == "POST" else None,
        )
        with failures.explained(self._host, self.told, role, what):
            response = self._client.send_request(request)
            if response.status_code != 200:
                raise HttpResponseError(response=response)
            return response.json()

    def _unsupported(self, name: str, kind: str) -> ModelError:
        return ModelError(
            "PREDICT_REMOTE_FAILED",
            host=self._host,
            problem=f"names datastore {name}, which cannot be read",
            cause=f"it is of kind {kind}",
            cure="Use a datastore of Blob Storage or ADLS Gen2.",
        )
