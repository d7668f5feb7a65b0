# SPDX-License-Identifier: Apache-2.0
"""Models of Azure ML: forms of the URI, workspaces, kinds of datastore, linked services, faults."""

from __future__ import annotations

import json
import time

import pytest
from azure.identity import ClientSecretCredential
from azurite import KEY
from entra import CLIENT, MSI_HEADER, SECRET, TENANT

from azure.synapse.ml.predict import linked_services
from conftest import CONTAINER, FILES
from sparkpredict import sources
from sparkpredict.azure.workspace import Workspace
from sparkpredict.errors import BindArgumentError, ConfigurationError, ModelError

NAMES = {"subscription_id": "sub1", "resource_group": "rg1", "workspace_name": "ws1"}
IN_WORKSPACE = "azureml://subscriptions/sub1/resourceGroups/rg1/workspaces/ws1/datastores"
STORES = ("AccountKey", "Sas", "None", "ServicePrincipal")


def signed(secret=SECRET):
    return {**NAMES, "credential": ClientSecretCredential(TENANT, CLIENT, secret)}


@pytest.fixture
def registered(cloud):
    """Model ``m`` in a store of each kind; 10 is older than 9, 11 is archived."""
    cloud.upload(CONTAINER, "LocalUpload/my_paths/paths/m")
    cloud.upload(CONTAINER, "LocalUpload/my_paths/paths/mx", {"sibling": b""})
    secrets = {
        "AccountKey": {"key": KEY},
        "Sas": {"sasToken": cloud.sas(CONTAINER)},
        "ServicePrincipal": {"clientSecret": SECRET},
        "None": {},
    }
    for kind, secret in secrets.items():
        entry = {"credentials": kind, "container": CONTAINER, "secret": secret}
        cloud.state.stores[kind] = entry
    cloud.state.stores["gen2"] = {**entry, "type": "AzureDataLakeGen2"}
    uri = IN_WORKSPACE + "/AccountKey/paths/LocalUpload/my_paths/paths/m"
    cloud.state.models["m"] = {
        "9": {"uri": uri, "created": "2024-02-01T00:00:00Z"},
        "10": {"uri": uri, "created": "2024-01-01T00:00:00Z"},
        "11": {"uri": uri, "created": "2024-03-01T00:00:00Z", "archived": True},
    }
    return cloud


def names(found):
    return {p.relative_to(found.folder).as_posix() for p in found.folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize(
    ("uri", "resolved"),
    [
        ("aml://m", "aml://m:9"),
        ("AML://m/", "aml://m:9"),
        ("aml://m@latest", "aml://m:9"),
        ("aml://m:10", "aml://m:10"),
        ("azureml:m:10", "aml://m:10"),
        ("azureml:m@latest", "aml://m:9"),
    ],
)
def test_a_name_is_resolved_to_a_version(registered, uri, resolved):
    found = sources.fetch(uri, workspace=signed())
    assert found.uri == resolved
    assert names(found) == set(FILES)
    lists = [path for path in registered.paths() if path.endswith("/versions")]
    assert len(lists) == (0 if ":10" in uri else 1)


@pytest.mark.parametrize("store", [*STORES, "gen2"])
def test_a_full_uri_is_read_from_each_kind_of_store(registered, store):
    uri = f"{IN_WORKSPACE}/{store}/paths/LocalUpload/my_paths/paths/m"
    found = sources.fetch(uri, workspace=signed())
    assert names(found) == set(FILES)
    assert found.uri == uri
    assert f"datastore {store}" in found.sign_in
    assert SECRET not in found.sign_in
    asked = any(path.endswith("/listSecrets") for path in registered.paths())
    assert asked == (store not in {"None", "gen2"})


def test_what_a_job_logged_is_read_from_the_workspaces_own_store(registered):
    registered.state.stores["workspaceartifactstore"] = registered.state.stores["AccountKey"]
    registered.upload(CONTAINER, "ExperimentRun/dcid.job-1/model")
    uri = "azureml://jobs/job-1/outputs/artifacts/paths/model"
    registered.state.models["m"]["12"] = {"uri": "runs:/job-1/model", "created": "2024"}
    for each in (uri, "aml://m:12"):
        assert names(sources.fetch(each, workspace=signed())) == set(FILES)


def test_a_workspace_is_taken_as_an_object_and_shows_no_secret(registered):
    workspace = Workspace(**signed())
    assert sources.fetch("aml://m", workspace=workspace).uri == "aml://m:9"
    assert "credential" not in repr(workspace)


def test_a_full_uri_needs_no_workspace(registered, monkeypatch):
    values = {"TENANT_ID": TENANT, "CLIENT_ID": CLIENT, "CLIENT_SECRET": SECRET}
    for name, value in values.items():
        monkeypatch.setenv(f"AZURE_{name}", value)
    uri = f"{IN_WORKSPACE}/None/paths/LocalUpload/my_paths/paths/m"
    found = sources.fetch(uri)
    assert found.sign_in.startswith("DefaultAzureCredential; ")
    with pytest.raises(BindArgumentError, match="aml_workspace is None"):
        sources.fetch("aml://m")


@pytest.mark.parametrize(
    "given", [3, {"subscription_id": "sub1"}, {**NAMES, "base_url": "http://management"}]
)
def test_what_is_no_workspace_is_refused(cloud, given):
    with pytest.raises(BindArgumentError, match="aml_workspace"):
        sources.fetch("aml://m", workspace=given)
    assert cloud.state.calls == []


@pytest.mark.parametrize(
    "uri",
    [
        "aml://",
        "aml://a:1:2",
        "aml://a/b",
        "aml://m?x=1",
        "azureml://registries/r/models/m",
        "aml:m",
    ],
)
def test_another_form_of_uri_is_refused(cloud, uri):
    with pytest.raises(BindArgumentError, match="PREDICT_INVALID_URI"):
        sources.fetch(uri, workspace=signed())
    assert cloud.state.calls == []


@pytest.mark.parametrize("secret", ["expired", "wrong"])
def test_a_wrong_secret_is_an_error_and_the_next_try_works(registered, secret):
    with pytest.raises(ModelError, match=r"PREDICT_SIGN_IN_FAILED.*AADSTS70002"):
        sources.fetch("aml://m", workspace=signed(secret))
    assert sources.fetch("aml://m", workspace=signed()).uri == "aml://m:9"


@pytest.mark.parametrize(
    ("path", "status", "condition", "said"),
    [
        ("/models/", 401, "PREDICT_ACCESS_DENIED", "has not expired"),
        ("/models/", 403, "PREDICT_ACCESS_DENIED", "AzureML Data Scientist"),
        ("/listSecrets", 403, "PREDICT_ACCESS_DENIED", "listSecrets/action"),
        ("/models/", 404, "PREDICT_REMOTE_MODEL_MISSING", "model m"),
        ("/datastores/", 404, "PREDICT_REMOTE_MODEL_MISSING", "datastore AccountKey"),
        ("/models/", 400, "PREDICT_REMOTE_FAILED", "HTTP 400"),
    ],
)
def test_a_refusal_says_what_to_do_and_the_next_try_works(
    registered, path, status, condition, said
):
    registered.state.failures.append((path, status, ()))
    with pytest.raises(ModelError) as raised:
        sources.fetch("aml://m", workspace=signed())
    assert raised.value.condition == condition
    assert said in str(raised.value)
    assert sources.fetch("aml://m", workspace=signed()).uri == "aml://m:9"


def test_throttling_is_waited_for_as_long_as_it_says(registered):
    registered.state.failures.append(("/models/", 429, (("Retry-After", "1"),)))
    started = time.monotonic()
    assert sources.fetch("aml://m", workspace=signed()).uri == "aml://m:9"
    assert time.monotonic() - started >= 1


def test_throttling_without_an_end_is_an_error(registered):
    registered.state.failures += [("/models/", 429, (("Retry-After", "0"),))] * 4
    with pytest.raises(ModelError, match=r"answered HTTP 429.*Wait and bind again"):
        sources.fetch("aml://m", workspace=signed())


def test_a_token_follows_no_redirect(registered):
    headers = (("Location", "https://xyz.vault.azure.net/secrets/stolen"),)
    registered.state.failures.append(("/models/", 302, headers))
    with pytest.raises(ModelError, match="PREDICT_REMOTE_FAILED"):
        sources.fetch("aml://m", workspace=signed())
    assert "/secrets/stolen" not in registered.paths()


@pytest.mark.parametrize("missing", ["n", "n:1", "m:77"])
def test_a_model_that_is_not_there_is_named(registered, missing):
    with pytest.raises(ModelError, match=f"there is no .*{missing[0]}"):
        sources.fetch(f"aml://{missing}", workspace=signed())


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
    assert names(found) == set(FILES)


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
    with pytest.raises(ConfigurationError, match=r"is for xyz\.dfs"):
        sources.fetch(f"abfss://{CONTAINER}@other.dfs.core.windows.net/linked", **given)
