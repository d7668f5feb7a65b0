# SPDX-License-Identifier: Apache-2.0
"""A fake of Azure Resource Manager, as far as Azure ML's registered models, and of Key Vault."""

from __future__ import annotations

import re

from entra import CLIENT, TENANT, admitted

WORKSPACE = (
    "/subscriptions/sub1/resourceGroups/rg1/providers/Microsoft.MachineLearningServices"
    "/workspaces/ws1"
)
NAMES = {"subscription_id": "sub1", "resource_group": "rg1", "workspace_name": "ws1"}
STORES = "azureml://subscriptions/sub1/resourceGroups/rg1/workspaces/ws1/datastores"
# Where SDK 1 asks for the addresses of the workspace's other services.
SERVICES = "local.experiments.azureml.net"
ARM = "https://management.azure.com"
# Resource Manager takes tokens for its older name too; SDK 1 asks for those.
ARM_OF_OLD = "https://management.core.windows.net"


def signed_in(call):
    """Whether the call has a token for Resource Manager; refuses it if not."""
    return admitted(call, ARM, ARM_OF_OLD)


def _subscriptions(call):
    if signed_in(call):
        entry = {"subscriptionId": "sub1", "tenantId": TENANT, "displayName": "sub1"}
        entry.update(id="/subscriptions/sub1", state="Enabled")
        call.reply({"value": [entry]})


def _workspace(call):
    if signed_in(call):
        properties = {
            "workspaceId": "33333333-3333-3333-3333-333333333333",
            "friendlyName": "ws1",
            "discoveryUrl": f"https://{SERVICES}/discovery",
        }
        kind = "Microsoft.MachineLearningServices/workspaces"
        told = {"id": WORKSPACE, "name": "ws1", "type": kind, "location": "local"}
        call.reply({**told, "properties": properties})


def _versions(call, name):
    known = _held(call, call.state.models, name, f"Model {name}")
    if known is None:
        return
    wanted = [version for version in known if not known[version].get("archived")]
    if "createdtime desc" in call.query.get("$orderBy", ""):
        wanted.sort(key=lambda version: known[version]["created"], reverse=True)
    top = int(call.query.get("$top", 100))
    call.reply({"value": [_entry(name, v, known[v]) for v in wanted[:top]]})


def _version(call, name, version):
    versions = call.state.models.get(name, {})
    known = _held(call, versions, version, f"Model {name}:{version}")
    if known is not None:
        call.reply(_entry(name, version, known))


def _held(call, held, name, what):
    """What is held by that name; else None, and the call is refused."""
    if not signed_in(call):
        return None
    if name not in held:
        call.fail(404, "UserError", f"{what} not found")
    return held.get(name)


def _entry(name, version, told):
    return {
        "id": f"{WORKSPACE}/models/{name}/versions/{version}",
        "name": version,
        "properties": {"modelUri": told["uri"], "modelType": "mlflow_model"},
        "systemData": {"createdAt": told["created"]},
    }


def _store(call, name):
    known = _held(call, call.state.stores, name, f"Datastore {name}")
    if known is None:
        return
    credentials = {"credentialsType": known["credentials"]}
    if known["credentials"] == "ServicePrincipal":
        credentials.update(clientId=CLIENT, tenantId=TENANT)
        credentials["authorityUrl"] = "https://login.microsoftonline.com"
    kind = known.get("type", "AzureBlob")
    container = "filesystem" if kind == "AzureDataLakeGen2" else "containerName"
    properties = {
        "datastoreType": kind,
        "accountName": "xyz",
        "endpoint": "core.windows.net",
        "protocol": "https",
        "credentials": credentials,
        container: known["container"],
    }
    call.reply({"name": name, "properties": properties})


def _secrets(call, name):
    if signed_in(call):
        call.reply(call.state.stores[name]["secret"])


def _vault_secret(call, name):
    if admitted(call, "https://vault.azure.net"):
        if name in call.state.vault:
            call.reply({"value": call.state.vault[name]})
        else:
            call.fail(404, "SecretNotFound", f"{name} was not found")


_WS = re.escape(WORKSPACE)
ROUTES = [
    ("GET", r"/subscriptions", _subscriptions),
    ("GET", _WS, _workspace),
    ("GET", _WS + r"/models/(?P<name>[^/]+)/versions", _versions),
    ("GET", _WS + r"/models/(?P<name>[^/]+)/versions/(?P<version>[^/]+)", _version),
    ("GET", _WS + r"/datastores/(?P<name>[^/]+)", _store),
    ("POST", _WS + r"/datastores/(?P<name>[^/]+)/listSecrets", _secrets),
    ("GET", r"/secrets/(?P<name>[^/]+)", _vault_secret),
]
