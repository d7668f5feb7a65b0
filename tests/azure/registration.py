# SPDX-License-Identifier: Apache-2.0
"""A fake of the services by which Azure ML's SDK 1 registers a model: artifacts, assets, models.

The SDK asks for an address per file, uploads the files there itself, makes an asset of their
folder, and registers the asset as a model. The result is seen in Resource Manager.
"""

from __future__ import annotations

import datetime
import itertools
import re

from azure.storage.blob import BlobSasPermissions, generate_blob_sas
from azurite import ACCOUNT, KEY
from machine_learning import SERVICES, STORES, WORKSPACE, signed_in

CONTAINER = "azureml"
# Where Azure ML itself keeps what SDK 1 and jobs upload.
STORE = "workspaceartifactstore"
_DISCOVERED = ("api", "experimentation", "history", "hyperdrive", "modelmanagement", "studio")
_numbers = itertools.count(1)


def _discovery(call):
    call.reply(dict.fromkeys(_DISCOVERED, f"https://{SERVICES}"))


def _artifacts(call, origin, container):
    """An address to write to, good for an hour, for each file that is to come."""
    if not signed_in(call):
        return
    paths = [entry["path"] for entry in call.sent()["paths"]]
    told = {path: {"origin": origin, "container": container, "path": path} for path in paths}
    addresses = {path: _writable(f"{origin}/{container}/{path}") for path in paths}
    call.reply(
        {
            "artifacts": {
                path: {**entry, "artifactId": f"{origin}/{container}/{path}"}
                for path, entry in told.items()
            },
            "artifactContentInformation": {
                path: {**entry, "contentUri": addresses[path]} for path, entry in told.items()
            },
            "errors": {},
        }
    )


def _writable(blob):
    sas = generate_blob_sas(
        ACCOUNT,
        CONTAINER,
        blob,
        account_key=KEY,
        permission=BlobSasPermissions(read=True, create=True, write=True),
        expiry=datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1),
    )
    return f"https://{ACCOUNT}.blob.core.windows.net/{CONTAINER}/{blob}?{sas}"


def _asset(call):
    if signed_in(call):
        asset = {**call.sent(), "id": f"asset-{next(_numbers)}", "createdTime": _now()}
        call.state.assets[asset["id"]] = asset
        call.reply(asset)


def _model(call):
    if not signed_in(call):
        return None
    sent = call.sent()
    asset = call.state.assets.get(sent["url"].removeprefix("aml://asset/"))
    if asset is None:
        return call.fail(400, "BadRequest", f"there is no asset {sent['url']}")
    known = call.state.models.setdefault(sent["name"], {})
    version, created = str(len(known) + 1), _now()
    folder = asset["artifacts"][0]["prefix"]
    known[version] = {"uri": f"{STORES}/{STORE}/paths/{folder}", "created": created}
    told = {"id": f"{sent['name']}:{version}", "version": int(version), "createdTime": created}
    return call.reply({"datasets": [], **sent, **told})


def _now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat()


_WS = re.escape(WORKSPACE)
ROUTES = [
    ("GET", r"/discovery", _discovery),
    (
        "POST",
        r"/artifact/v2\.0"
        + _WS
        + r"/artifacts/batch/metadata/(?P<origin>[^/]+)/(?P<container>[^/]+)",
        _artifacts,
    ),
    ("POST", r"/modelmanagement/v1\.0" + _WS + r"/assets", _asset),
    ("POST", r"/modelmanagement/v1\.0" + _WS + r"/models", _model),
]
