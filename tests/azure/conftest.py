# SPDX-License-Identifier: Apache-2.0
"""One emulated cloud for all tests: Azurite, and fakes of Entra, Azure ML and Key Vault."""

from __future__ import annotations

import datetime
import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import certificates
import entra
import hosts
import machine_learning
import registration
from azurite import ACCOUNT, KEY, Azurite
from fake_server import Server, State

CONTAINER = "models"
HOST = f"{ACCOUNT}.dfs.core.windows.net"
URI = f"abfss://{CONTAINER}@{HOST}/plain/model"
FILES = {"MLmodel": b"flavors: {}\n", "model.pkl": b"\x00" * 3000, "deep/er/file": b"deep"}
# None of the machine's own sign-ins may decide a test.
NOT_INHERITED = [name for name in os.environ if name.startswith(("AZURE_", "IDENTITY_", "MSI_"))]


def read(folder):
    """The files below a folder, by their names from there."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


class Cloud:
    """What the tests fill and ask.

    Attributes:
        state: what the fakes hold, and what they were asked.
        storage: a client of Azurite, by the account's key.
        msi: where managed identities get their tokens.
        certificates: those of all names.
        rules: which host names lead to which port.
    """

    def __init__(self, state, storage, msi_port, certificates, rules):
        self.state = state
        self.storage = storage
        self.msi = f"http://127.0.0.1:{msi_port}/msi/token"
        self.certificates = certificates
        self.rules = rules

    def upload(self, container, prefix, files=None):
        """Puts files below a prefix of a container of the account ``xyz``."""
        for name, data in (files or FILES).items():
            blob = self.storage.get_blob_client(container, f"{prefix}/{name}")
            blob.upload_blob(data, overwrite=True)

    def sas(self, container, hours=1):
        """A shared access signature to read a container; of the past with negative hours."""
        from azure.storage.blob import ContainerSasPermissions, generate_container_sas

        return generate_container_sas(
            ACCOUNT,
            container,
            account_key=KEY,
            permission=ContainerSasPermissions(read=True, list=True),
            expiry=datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=hours),
        )

    def paths(self):
        """The paths that the fake was asked for."""
        return [path for _, _, path, _ in self.state.calls]


@pytest.fixture(scope="session")
def running(tmp_path_factory):
    """The servers, and Azure's host names leading to them."""
    from aiohttp import connector
    from azure.storage.blob import BlobServiceClient

    folder = tmp_path_factory.mktemp("azure")
    made = certificates.make(folder)
    # aiohttp reads SSL_CERT_FILE once, when it is imported, which MLflow may have done.
    connector._SSL_CONTEXT_VERIFIED.load_verify_locations(made.authority)
    state = State()
    routes = [*entra.ROUTES, *machine_learning.ROUTES, *registration.ROUTES]
    arm, msi = Server(state, routes, made), Server(state, entra.ROUTES)
    storage = Azurite(folder / "azurite.log", made)
    rules = {"*.blob.core.*": storage.port, "*.microsoftonline.com": arm.port}
    rules.update({"management.azure.com": arm.port, "*.vault.azure.net": arm.port})
    rules[machine_learning.SERVICES] = arm.port
    # SDK 1 keeps in the home folder what it has learned of a workspace.
    variables = {**dict.fromkeys(NOT_INHERITED), "HOME": str(folder)}
    variables.update(REQUESTS_CA_BUNDLE=str(made.authority), SSL_CERT_FILE=str(made.authority))
    patch = pytest.MonkeyPatch()
    for name, value in variables.items():
        patch.delenv(name) if value is None else patch.setenv(name, value)
    try:
        with hosts.redirected(rules):
            account = f"https://{ACCOUNT}.blob.core.windows.net"
            client = BlobServiceClient(account, credential=KEY)
            for container in (CONTAINER, registration.CONTAINER):
                client.create_container(container)
            yield Cloud(state, client, msi.port, made, rules)
    finally:
        patch.undo()
        for server in (storage, arm, msi):
            server.stop()


@pytest.fixture
def cloud(running):
    """The cloud, with nothing registered yet."""
    running.state.clear()
    return running


@pytest.fixture(scope="session")
def stored(running):
    """The files below ``URI``, and a sibling whose name begins like theirs."""
    running.upload(CONTAINER, "plain/model")
    running.upload(CONTAINER, "plain/model2", {"other": b"a sibling with the same beginning"})


@pytest.fixture
def registered(cloud):
    """Model ``m`` in a store of each kind; 10 is older than 9, 11 is archived."""
    cloud.upload(CONTAINER, "LocalUpload/my_paths/paths/m")
    cloud.upload(CONTAINER, "LocalUpload/my_paths/paths/mx", {"sibling": b""})
    secrets = {
        "AccountKey": {"key": KEY},
        "Sas": {"sasToken": cloud.sas(CONTAINER)},
        "ServicePrincipal": {"clientSecret": entra.SECRET},
        "None": {},
    }
    for kind, secret in secrets.items():
        entry = {"credentials": kind, "container": CONTAINER, "secret": secret}
        cloud.state.stores[kind] = entry
    cloud.state.stores["gen2"] = {**entry, "type": "AzureDataLakeGen2"}
    uri = f"{machine_learning.STORES}/AccountKey/paths/LocalUpload/my_paths/paths/m"
    cloud.state.models["m"] = {
        "9": {"uri": uri, "created": "2024-02-01T00:00:00Z"},
        "10": {"uri": uri, "created": "2024-01-01T00:00:00Z"},
        "11": {"uri": uri, "created": "2024-03-01T00:00:00Z", "archived": True},
    }
    return cloud


@pytest.fixture
def abfss(conf):
    """Lets Spark read a folder of this machine by an ``abfss`` address, without Hadoop's driver."""

    def reads(authority, folder):
        conf("fs.abfss.impl", "org.apache.hadoop.fs.viewfs.ViewFileSystemOverloadScheme")
        local = "org.apache.hadoop.fs.LocalFileSystem"
        conf("fs.viewfs.overload.scheme.target.abfss.impl", local)
        conf(f"fs.viewfs.mounttable.{authority}.linkFallback", f"file://{folder}")

    return reads
