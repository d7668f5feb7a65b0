# SPDX-License-Identifier: Apache-2.0
"""Linked services outside Synapse, read from the JSON that Synapse and Data Factory export."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sparkpredict import conf
from sparkpredict.errors import ConfigurationError

if TYPE_CHECKING:
    from sparkpredict.azure.storage import SignIn
    from sparkpredict.azure.workspace import Workspace
    from sparkpredict.sources.adls import Location

VARIABLE = "SPARKPREDICT_LINKED_SERVICES"
_HOME = Path("~/.config/sparkpredict")


def get_workspace(name: str, place: str = "") -> Workspace:
    """The Azure ML workspace of a linked service.

    Args:
        name: the linked service's name.
        place: a JSON file, or a folder of them; if empty, what the active session's
            ``spark.synapse.ml.predict.linkedServices`` names, the variable
            ``SPARKPREDICT_LINKED_SERVICES``, or ``~/.config/sparkpredict``.

    Raises:
        ConfigurationError: there is no such linked service, it is of another kind, or a secret that
            it refers to is missing.

    Example:
        >>> ws = get_workspace("AzureMLService1")  # doctest: +SKIP
    """
    told = _properties(name, "AzureMLService", place)
    from sparkpredict.azure.workspace import Workspace

    credential, way = _credential(name, told, place)
    try:
        return Workspace(
            told["subscriptionId"],
            told["resourceGroupName"],
            told["mlWorkspaceName"],
            credential,
            told=way,
        )
    except KeyError as missing:
        raise _wrong(name, f"has no {missing.args[0]}", "Write it into its JSON.") from None


def storage(name: str, where: Location, place: str = "") -> SignIn:
    """The way into a storage account that a linked service states.

    Raises:
        ConfigurationError: as ``get_workspace``, or the linked service is of another account.
    """
    from sparkpredict.azure import storage as ways

    told = _properties(name, "AzureBlobFS", place)
    host = urlsplit(str(told.get("url", ""))).hostname or ""
    if host.partition(".")[0] != where.account.lower():
        raise _wrong(name, f"is for {host or 'no host'}", f"Use one for {where.dfs_host}.")
    if told.get("accountKey"):
        key = _secret(name, told["accountKey"], place)
        return ways.by_key(f"linked service {name}: account key", key, where)
    if told.get("sasToken"):
        sas = _secret(name, told["sasToken"], place)
        return ways.by_sas(f"linked service {name}: SAS", sas)
    return ways.by_credential(where, *_credential(name, told, place))


def _credential(name: str, told: dict[str, Any], place: str) -> tuple[Any, str]:
    from sparkpredict.azure import credentials

    client = told.get("servicePrincipalId")
    if client:
        key = told.get("servicePrincipalKey") or told.get("servicePrincipalCredential")
        if not key or not told.get("tenant"):
            raise _wrong(name, "has no tenant or servicePrincipalKey", "Write both into its JSON.")
        secret = _secret(name, key, place)
        principal = credentials.service_principal(told["tenant"], client, secret)
        return principal, f"linked service {name}: service principal {client}"
    return credentials.managed_identity(), f"linked service {name}: managed identity"


def _properties(name: str, kind: str, place: str) -> dict[str, Any]:
    found = _all(place)
    if name not in found:
        known = ", ".join(sorted(found)) or "none"
        raise _wrong(name, f"is not known; known: {known}", _where_to_put())
    if found[name].get("type") != kind:
        raise _wrong(name, f"is of type {found[name].get('type')}", f"Use one of type {kind}.")
    return dict(found[name]["typeProperties"])


def _all(place: str) -> dict[str, Any]:
    path = Path(place or _of_session() or os.environ.get(VARIABLE) or _HOME).expanduser()
    files = sorted(path.glob("*.json")) if path.is_dir() else [path] if path.is_file() else []
    entries: dict[str, Any] = {}
    for file in files:
        entries.update(_of_file(file))
    return entries


def _of_file(file: Path) -> dict[str, Any]:
    try:
        read = json.loads(file.read_text(encoding="utf-8"))
        entries = read if isinstance(read, list) else [read]
        return {entry["name"]: {"typeProperties": {}, **entry["properties"]} for entry in entries}
    except (ValueError, KeyError, TypeError) as error:
        cause = f"is not readable: {type(error).__name__}"
        raise _wrong(file.name, cause, "Write JSON as Synapse exports it.") from None


def _of_session() -> str:
    from sparkpredict import connect

    session = connect.active_session()
    return conf.text(session, conf.LINKED_SERVICES).strip() if session else ""


def _secret(name: str, value: Any, place: str) -> str:
    """A secret that stands there, or in a variable, a file or a Key Vault that is referred to."""
    if isinstance(value, dict):
        if value.get("type") == "AzureKeyVaultSecret":
            return _of_vault(value, place)
        value = value.get("value")
    reference = re.fullmatch(r"\$\{(env|file):([^}]+)\}", str(value))
    if reference is None:
        return str(value)
    kind, target = reference.groups()
    if kind == "env":
        if not os.environ.get(target):
            raise _wrong(name, f"needs the variable {target}, which is not set", "Set it.")
        return os.environ[target]
    try:
        return Path(target).expanduser().read_text(encoding="utf-8").strip()
    except OSError as error:
        cause = f"needs the file {target}: {error.strerror}"
        raise _wrong(name, cause, "Write the secret there.") from None


def _of_vault(value: dict[str, Any], place: str) -> str:
    from azure.core import PipelineClient
    from azure.core.pipeline import policies
    from azure.core.rest import HttpRequest

    from sparkpredict.azure import credentials, failures

    vault = _properties(value["store"]["referenceName"], "AzureKeyVault", place)
    address = str(vault["baseUrl"]).rstrip("/")
    host = urlsplit(address).netloc
    credential, told = credentials.ambient()
    signer = credentials.Signer(credential, told, host)
    scope = f"https://{host.partition('.')[2]}/.default"
    client: PipelineClient[Any, Any] = PipelineClient(
        address,
        policies=[
            policies.RetryPolicy(retry_total=3, retry_connect=1),
            policies.BearerTokenCredentialPolicy(signer, scope),
        ],
        connection_timeout=4,
        read_timeout=30,
    )
    secret = value["secretName"]
    version = value.get("secretVersion")
    path = f"/secrets/{secret}" + (f"/{version}" if version else "")
    role = "the role 'Key Vault Secrets User' on the vault"
    with failures.explained(host, told, role, f"secret {secret}"):
        request = HttpRequest("GET", address + path, params={"api-version": "7.4"})
        response = client.send_request(request)
        response.raise_for_status()
        return str(response.json()["value"])


def _where_to_put() -> str:
    return (
        f"Write its JSON into the file or folder that {conf.LINKED_SERVICES} or {VARIABLE} names."
    )


def _wrong(name: str, problem: str, cure: str) -> ConfigurationError:
    return ConfigurationError("PREDICT_LINKED_SERVICE", name=name, problem=problem, cure=cure)
