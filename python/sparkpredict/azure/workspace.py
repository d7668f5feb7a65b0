# SPDX-License-Identifier: Apache-2.0
"""Azure Machine Learning workspaces, in all the forms that ``aml_workspace=`` takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from sparkpredict.errors import BindArgumentError, invalid_argument

ARM = "https://management.azure.com"
_NAMES = ("subscription_id", "resource_group", "workspace_name")
_EXPECTED = (
    "an azureml.core.Workspace, an azure.ai.ml.MLClient, a sparkpredict.azure.workspace.Workspace, "
    "a dict of subscription_id, resource_group, workspace_name and credential, "
    "or the name of a linked service"
)


@dataclass(frozen=True)
class Workspace:
    """Where registered models are found.

    Attributes:
        subscription_id: the subscription.
        resource_group: the resource group.
        workspace_name: the workspace.
        credential: has ``get_token(scope)``; None takes the notebook's or DefaultAzureCredential.
        base_url: Azure Resource Manager; another one in sovereign clouds. Must be https.
        storage_credential: opens datastores that hold no secret, where it is another one.
        told: the way of sign-in in words, without a secret.

    Example:
        >>> Workspace("subscription", "group", "workspace").workspace_name
        'workspace'
    """

    subscription_id: str
    resource_group: str
    workspace_name: str
    credential: Any = field(default=None, repr=False)
    base_url: str = ARM
    storage_credential: Any = field(default=None, repr=False)
    told: str = ""

    def __post_init__(self) -> None:
        for name in _NAMES:
            value = getattr(self, name)
            if not isinstance(value, str) or not value:
                raise invalid_argument(f"aml_workspace: {name}", value, "a text")
        if not self.base_url.startswith("https://"):
            raise invalid_argument("aml_workspace: base_url", self.base_url, "an https address")

    @property
    def names(self) -> dict[str, str]:
        """Its names alone: ``aml_workspace=`` takes them, to be opened by ambient credentials."""
        return {name: getattr(self, name) for name in _NAMES}

    @property
    def path(self) -> str:
        """The workspace as Azure Resource Manager addresses it."""
        subscription, group, name = (quote(getattr(self, part), safe="") for part in _NAMES)
        return (
            f"/subscriptions/{subscription}/resourceGroups/{group}"
            f"/providers/Microsoft.MachineLearningServices/workspaces/{name}"
        )


def of(given: Any, linked: str = "") -> Workspace:
    """The workspace that was given; the SDKs' objects are known by their attributes.

    Args:
        given: what ``aml_workspace=`` takes.
        linked: where linked services are found first, as ``linked_services.get_workspace`` has it.

    Raises:
        BindArgumentError: it is none of these.
    """
    if isinstance(given, Workspace):
        return given
    if isinstance(given, str):
        from sparkpredict.azure import linked_services

        return linked_services.get_workspace(given, linked)
    if isinstance(given, dict):
        unknown = sorted(set(given) - {*_NAMES, "credential", "base_url", "storage_credential"})
        if unknown or not set(_NAMES) <= set(given):
            raise invalid_argument("aml_workspace", sorted(given), _EXPECTED)
        return Workspace(**given)
    if all(hasattr(given, name) for name in ("workspace_name", "resource_group_name")):
        return _of_client(given)
    if hasattr(given, "resource_group") and hasattr(given, "_auth"):
        return _of_sdk_one(given)
    raise _not_understood(given)


def _of_client(client: Any) -> Workspace:
    """Azure ML's SDK 2; credential and address are not public there."""
    credential = getattr(client, "_credential", None)
    if credential is None:
        raise _not_understood(client)
    return Workspace(
        str(client.subscription_id),
        str(client.resource_group_name),
        str(client.workspace_name),
        credential,
        str(getattr(client, "_base_url", None) or ARM).rstrip("/"),
        told=f"MLClient: {type(credential).__name__}",
    )


def _of_sdk_one(workspace: Any) -> Workspace:
    """SDK 1: its tokens are for Resource Manager, whichever scope is asked for."""
    from sparkpredict.azure import credentials

    auth: Any = workspace._auth  # noqa: SLF001 (not public there)
    if not hasattr(auth, "get_token"):
        raise _not_understood(workspace)
    endpoints = getattr(getattr(auth, "_cloud_type", None), "endpoints", None)
    principal = getattr(auth, "_service_principal_id", None)
    storage, told = None, f"azureml.core: {type(auth).__name__}"
    if principal:
        storage = credentials.service_principal(
            auth._tenant_id,  # noqa: SLF001
            principal,
            auth._service_principal_password,  # noqa: SLF001
            getattr(endpoints, "active_directory", None),
        )
        told = f"azureml.core: service principal {principal}"
    elif type(auth).__name__ == "MsiAuthentication":
        storage = credentials.managed_identity()
    else:
        storage = credentials.ambient()[0]
    arm = getattr(endpoints, "resource_manager", None) or ARM
    return Workspace(
        str(workspace.subscription_id),
        str(workspace.resource_group),
        str(workspace.name),
        auth,
        arm.rstrip("/"),
        storage,
        told,
    )


def _not_understood(given: Any) -> BindArgumentError:
    kind = type(given)
    return BindArgumentError(
        "PREDICT_INVALID_ARGUMENT",
        argument="aml_workspace",
        value=f"a {kind.__module__}.{kind.__qualname__}",
        expected=_EXPECTED,
    )
