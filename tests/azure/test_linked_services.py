# SPDX-License-Identifier: Apache-2.0
"""Linked services outside Synapse: where they are found, how they sign in, what is missing."""

from __future__ import annotations

import json

import pytest
from azurite import KEY
from entra import CLIENT, MSI_HEADER, SECRET, TENANT

from azure.synapse.ml.predict import linked_services
from conftest import CONTAINER, FILES, read
from sparkpredict import sources
from sparkpredict.errors import ConfigurationError, ModelError


def linked(folder, name="service", **told):
    properties = {"subscriptionId": "sub1", "resourceGroupName": "rg1", "mlWorkspaceName": "ws1"}
    entry = {
        "name": name,
        "properties": {"type": "AzureMLService", "typeProperties": {**properties, **told}},
    }
    path = folder / f"{name}.json"
    path.write_text(json.dumps(entry))
    return path


def principal(secret):
    return {"servicePrincipalId": CLIENT, "tenant": TENANT, "servicePrincipalKey": secret}


def secure(text):
    return {"type": "SecureString", "value": text}


@pytest.mark.parametrize("kind", ["plain", "env", "file", "vault"])
def test_a_linked_service_signs_in_by_a_principal(registered, tmp_path, monkeypatch, kind):
    (tmp_path / "secret").write_text(SECRET + "\n")
    registered.state.vault["sp-key"] = SECRET
    reference = {"referenceName": "vault"}
    secrets = {
        "plain": secure(SECRET),
        "env": secure("${env:OUR_SECRET}"),
        "file": secure(f"${{file:{tmp_path}/secret}}"),
        "vault": {"type": "AzureKeyVaultSecret", "store": reference, "secretName": "sp-key"},
    }
    monkeypatch.setenv("OUR_SECRET", SECRET)
    monkeypatch.setenv("IDENTITY_ENDPOINT", registered.msi)
    monkeypatch.setenv("IDENTITY_HEADER", MSI_HEADER)
    linked(tmp_path, **principal(secrets[kind]))
    base = {"baseUrl": "https://ours.vault.azure.net/"}
    vault = {"name": "vault", "properties": {"type": "AzureKeyVault", "typeProperties": base}}
    (tmp_path / "vault.json").write_text(json.dumps(vault))
    monkeypatch.setenv("SPARKPREDICT_LINKED_SERVICES", str(tmp_path))
    found = sources.fetch("aml://m", workspace="service")
    assert found.sign_in.startswith(f"linked service service: service principal {CLIENT}; ")
    assert found.again == {"aml_workspace": "service"}
    assert read(found.folder) == FILES


def test_a_linked_service_signs_in_by_a_managed_identity(registered, tmp_path, monkeypatch):
    path = linked(tmp_path, authentication="MSI")
    monkeypatch.setenv("IDENTITY_ENDPOINT", registered.msi)
    monkeypatch.setenv("IDENTITY_HEADER", MSI_HEADER)
    workspace = linked_services.get_workspace("service", str(path))
    assert sources.fetch("aml://m", workspace=workspace).uri == "aml://m:9"
    monkeypatch.setenv("IDENTITY_HEADER", "wrong")
    with pytest.raises(ModelError, match=r"PREDICT_SIGN_IN_FAILED.*managed identity"):
        sources.fetch("aml://m", workspace="service", linked_services=str(path))


def test_linked_services_are_found_in_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    home = tmp_path / ".config" / "sparkpredict"
    home.mkdir(parents=True)
    linked(home, **principal(secure(SECRET)))
    assert linked_services.get_workspace("service").workspace_name == "ws1"


@pytest.mark.parametrize(
    ("secret", "said"),
    [
        ("${env:NOT_SET_ANYWHERE}", "needs the variable NOT_SET_ANYWHERE, which is not set"),
        ("${file:/nowhere/at/all}", "needs the file /nowhere/at/all"),
    ],
)
def test_a_secret_that_is_missing_is_named(tmp_path, secret, said):
    path = linked(tmp_path, **principal(secure(secret)))
    with pytest.raises(ConfigurationError, match=said):
        linked_services.get_workspace("service", str(path))


def test_a_linked_service_that_is_not_known_lists_the_known_ones(tmp_path):
    linked(tmp_path, "one")
    linked(tmp_path, "two")
    with pytest.raises(ConfigurationError, match="'three' is not known; known: one, two"):
        linked_services.get_workspace("three", str(tmp_path))
    (tmp_path / "broken.json").write_text('{"name": "s3cret"')
    with pytest.raises(ConfigurationError, match=r"broken\.json.* is not readable") as raised:
        linked_services.get_workspace("one", str(tmp_path))
    assert "s3cret" not in str(raised.value)


def test_a_linked_service_opens_a_storage_account(cloud, tmp_path):
    cloud.upload(CONTAINER, "linked")
    told = {"url": "https://xyz.dfs.core.windows.net", "accountKey": secure(KEY)}
    entry = {"name": "store", "properties": {"type": "AzureBlobFS", "typeProperties": told}}
    path = tmp_path / "store.json"
    path.write_text(json.dumps([entry]))
    given = {"storage_options": {"linked_service": "store"}, "linked_services": str(path)}
    found = sources.fetch(f"abfss://{CONTAINER}@xyz.dfs.core.windows.net/linked", **given)
    assert found.sign_in == "linked service store: account key"
    assert found.again == {"storage_options": {"linked_service": "store"}}
    with pytest.raises(ConfigurationError, match=r"is for xyz\.dfs"):
        sources.fetch(f"abfss://{CONTAINER}@other.dfs.core.windows.net/linked", **given)
