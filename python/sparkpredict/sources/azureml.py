# SPDX-License-Identifier: Apache-2.0
"""Models that are registered in Azure Machine Learning, by its REST interface."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sparkpredict.azure import extra
from sparkpredict.errors import BindArgumentError, invalid_argument
from sparkpredict.sources import adls
from sparkpredict.sources.request import Fetched, Request, redacted

if TYPE_CHECKING:
    from sparkpredict.azure.workspace import Workspace

_NAMED = re.compile(
    r"(?:aml://|azureml:(?!//))(?P<name>[^:/@?#]+)(?::(?P<version>[^:/@?#]+)|@latest)?/?",
    re.IGNORECASE,
)
_IN_STORE = re.compile(
    r"azureml://(?:subscriptions/(?P<subscription>[^/]+)/resource[gG]roups/(?P<group>[^/]+)/"
    r"(?:providers/Microsoft\.MachineLearningServices/)?workspaces/(?P<workspace>[^/]+)/)?"
    r"datastores/(?P<store>[^/?#]+)/paths/(?P<path>[^?#]+?)/?"
)
_OF_JOB = re.compile(
    r"(?:azureml://jobs/(?P<job>[^/]+)/outputs/artifacts/paths/|runs:/(?P<run>[^/]+)/)"
    r"(?P<path>[^?#]+?)/?"
)
_JOB_STORE = "workspaceartifactstore"
_EXPECTED = (
    "aml://NAME, aml://NAME:VERSION, aml://NAME@latest, azureml:NAME:VERSION, "
    "azureml://subscriptions/.../workspaces/NAME/datastores/NAME/paths/PATH "
    "or azureml://jobs/NAME/outputs/artifacts/paths/PATH"
)


def fetch(request: Request) -> Fetched:
    """Downloads a registered model, or a folder of a datastore; the latest version is looked up.

    Raises:
        BindArgumentError: the URI is none of the known forms, or there is no workspace.
        ConfigurationError: the extra ``azure`` is not installed.
        ModelError: there is no such model, or a host refuses or cannot be reached.
    """
    named = _NAMED.fullmatch(request.uri)
    inside = named or _IN_STORE.fullmatch(request.uri) or _OF_JOB.fullmatch(request.uri)
    if inside is None:
        raise _not_understood(request.uri)
    extra.check(request.uri)
    workspace = _workspace(request, inside)
    from sparkpredict.azure.registry import Registry

    again = _saved(request, workspace)
    registry, uri, target = Registry(workspace), request.uri, request.uri
    if named:
        version, target = registry.version(named["name"], named["version"])
        uri = f"aml://{named['name']}:{version}"
    holder = _named_in(target, workspace)
    stores = registry if holder == workspace else Registry(holder)
    where, way = stores.store(*_place(target))
    kept = adls.download(where, way, uri, request)
    return Fetched(kept.folder, uri, f"{registry.told}; {way.told}", again, kept)


def _workspace(request: Request, found: re.Match[str]) -> Workspace:
    from sparkpredict.azure import workspace

    if request.workspace is not None:
        return workspace.of(request.workspace, request.linked_services)
    stated = found.groupdict()
    if not stated.get("workspace"):
        raise invalid_argument(
            "aml_workspace", None, f"the workspace in which {request.uri} is found"
        )
    return workspace.Workspace(stated["subscription"], stated["group"], stated["workspace"])


def _saved(request: Request, workspace: Workspace) -> dict[str, Any]:
    """The workspace that was given: a linked service by its name, others by theirs."""
    if request.workspace is None:
        return {}
    given = request.workspace
    return {"aml_workspace": given if isinstance(given, str) else workspace.names}


def _named_in(uri: str, workspace: Workspace) -> Workspace:
    """The workspace that a full URI names, opened by the credential of the one that was given."""
    found = _IN_STORE.fullmatch(uri)
    if found is None or not found["workspace"]:
        return workspace
    return replace(
        workspace,
        subscription_id=found["subscription"],
        resource_group=found["group"],
        workspace_name=found["workspace"],
    )


def _place(uri: str) -> tuple[str, str]:
    """Datastore and path of a full URI; what a job has logged lies in the workspace's own store."""
    found = _IN_STORE.fullmatch(uri)
    if found:
        return found["store"], found["path"]
    found = _OF_JOB.fullmatch(uri)
    if found:
        return _JOB_STORE, f"ExperimentRun/dcid.{found['job'] or found['run']}/{found['path']}"
    raise _not_understood(uri)


def _not_understood(uri: str) -> BindArgumentError:
    return BindArgumentError("PREDICT_INVALID_URI", uri=redacted(uri), expected=_EXPECTED)
