# SPDX-License-Identifier: Apache-2.0
"""Models of Azure ML: forms of the URI, workspaces, kinds of datastore, faults."""

from __future__ import annotations

import time

import pytest
from azure.identity import ClientSecretCredential
from entra import CLIENT, SECRET, TENANT
from machine_learning import NAMES, STORES

from conftest import CONTAINER, FILES, read
from sparkpredict import sources
from sparkpredict.azure.workspace import Workspace
from sparkpredict.errors import BindArgumentError, ModelError
from sparkpredict.sources.trust import Trust

KINDS = ("AccountKey", "Sas", "None", "ServicePrincipal")


def signed(secret=SECRET):
    return {**NAMES, "credential": ClientSecretCredential(TENANT, CLIENT, secret)}


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
    assert read(found.folder) == FILES
    lists = [path for path in registered.paths() if path.endswith("/versions")]
    assert len(lists) == (0 if ":10" in uri else 1)


@pytest.mark.parametrize("store", [*KINDS, "gen2"])
def test_a_full_uri_is_read_from_each_kind_of_store(registered, store):
    uri = f"{STORES}/{store}/paths/LocalUpload/my_paths/paths/m"
    found = sources.fetch(uri, workspace=signed())
    assert read(found.folder) == FILES
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
        assert read(sources.fetch(each, workspace=signed()).folder) == FILES


def test_a_workspace_is_taken_as_an_object_and_shows_no_secret(registered):
    workspace = Workspace(**signed())
    assert sources.fetch("aml://m", workspace=workspace).uri == "aml://m:9"
    assert "credential" not in repr(workspace)


def test_what_may_be_saved_of_a_workspace_is_its_names(registered):
    for given in (signed(), Workspace(**signed())):
        assert sources.fetch("aml://m", workspace=given).again == {"aml_workspace": NAMES}


def test_a_full_uri_needs_no_workspace(registered, monkeypatch):
    values = {"TENANT_ID": TENANT, "CLIENT_ID": CLIENT, "CLIENT_SECRET": SECRET}
    for name, value in values.items():
        monkeypatch.setenv(f"AZURE_{name}", value)
    uri = f"{STORES}/None/paths/LocalUpload/my_paths/paths/m"
    found = sources.fetch(uri)
    assert found.sign_in.startswith("DefaultAzureCredential; ")
    assert found.again == {}
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


def test_where_a_datastore_is_must_be_trusted_too(registered):
    with pytest.raises(BindArgumentError, match="PREDICT_URI_NOT_TRUSTED") as raised:
        sources.fetch("aml://m", workspace=signed(), trust=Trust((("aml://m",),)))
    place = "https://xyz.blob.core.windows.net/models/LocalUpload/my_paths/paths/m"
    assert f"which is at {place}" in str(raised.value)
    both = Trust((("aml://m", "abfss://models@xyz.dfs.core.windows.net/LocalUpload"),))
    assert read(sources.fetch("aml://m", workspace=signed(), trust=both).folder) == FILES
