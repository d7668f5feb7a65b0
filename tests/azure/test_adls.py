# SPDX-License-Identifier: Apache-2.0
"""Models in ADLS Gen2: forms of the URI, each way of sign-in, what is refused."""

from __future__ import annotations

import pytest
from azure.core.credentials import AzureSasCredential
from azure.identity import ClientSecretCredential
from azure.identity.aio import ClientSecretCredential as AwaitedCredential
from azure.storage.blob import BlobServiceClient
from azurite import KEY, Azurite
from entra import CLIENT, MSI_HEADER, PRINCIPAL, SECRET, TENANT

from conftest import CONTAINER, FILES, HOST, URI, read
from sparkpredict import sources
from sparkpredict.errors import BindArgumentError, ModelError

pytestmark = pytest.mark.usefixtures("stored")

OAUTH = {
    f"fs.azure.account.auth.type.{HOST}": "OAuth",
    f"fs.azure.account.oauth.provider.type.{HOST}": (
        "org.apache.hadoop.fs.azurebfs.oauth2.ClientCredsTokenProvider"
    ),
    f"fs.azure.account.oauth2.client.id.{HOST}": CLIENT,
    f"fs.azure.account.oauth2.client.secret.{HOST}": SECRET,
    f"fs.azure.account.oauth2.client.endpoint.{HOST}": (
        f"https://login.microsoftonline.com/{TENANT}/oauth2/token"
    ),
}


@pytest.mark.parametrize(
    ("uri", "more"),
    [
        (URI, {}),
        (URI.replace("abfss", "abfs") + "/", {}),
        (URI.replace("abfss", "ABFSS"), {}),
        (f"https://{HOST}/{CONTAINER}/plain/model", {}),
        (f"https://xyz.blob.core.windows.net/{CONTAINER}/plain/model/", {}),
        (f"abfss://{CONTAINER}/plain/model", {"account_name": "xyz"}),
    ],
)
def test_a_folder_is_fetched_whole_and_without_its_siblings(cloud, uri, more):
    found = sources.fetch(uri, storage_options={"account_key": KEY, **more})
    assert read(found.folder) == FILES
    assert found.uri == uri
    assert found.again == ({"storage_options": more} if more else {})


def test_a_file_is_fetched_alone_where_it_can_be_a_model(cloud):
    cloud.upload(CONTAINER, "graphs", {"a.onnx": b"a graph", "b.onnx": b"another one"})
    uri = URI.replace("plain/model", "graphs/a.onnx")
    options = {"account_key": KEY}
    found = sources.fetch(uri, storage_options=options, single=True)
    assert read(found.folder) == {"a.onnx": b"a graph"}
    assert sources.fetch(uri, storage_options=options, single=True).folder == found.folder
    for other, single in ((uri, False), (uri.replace("a.onnx", "c.onnx"), True)):
        with pytest.raises(ModelError, match="PREDICT_REMOTE_MODEL_MISSING"):
            sources.fetch(other, storage_options=options, single=single)


@pytest.mark.parametrize(
    ("options", "conf", "told"),
    [
        pytest.param({"account_key": KEY}, {}, "storage_options: account key", id="key"),
        pytest.param(PRINCIPAL, {}, f"storage_options: service principal {CLIENT}", id="principal"),
        pytest.param(
            {"credential": ClientSecretCredential(*PRINCIPAL.values())},
            {},
            "storage_options: ClientSecretCredential",
            id="credential",
        ),
        pytest.param(
            {}, {f"fs.azure.account.key.{HOST}": KEY}, "Spark conf: account key", id="conf: key"
        ),
        pytest.param({}, {"fs.azure.account.key": KEY}, "Spark conf: account key", id="any host"),
        pytest.param({}, OAUTH, f"Spark conf: service principal {CLIENT}", id="conf: OAuth"),
    ],
)
def test_each_way_opens_the_store_and_is_told(cloud, options, conf, told):
    found = sources.fetch(URI, storage_options=options, hadoop=conf.get)
    assert read(found.folder) == FILES
    assert found.sign_in == told
    assert SECRET not in repr(found)
    assert KEY not in repr(found)


def test_a_sas_opens_the_store_by_options_and_conf(cloud):
    sas = cloud.sas(CONTAINER)
    for given in (
        {"storage_options": {"sas_token": "?" + sas}},
        {"storage_options": {"credential": AzureSasCredential(sas)}},
        {"hadoop": {f"fs.azure.sas.fixed.token.{HOST}": sas}.get},
    ):
        assert read(sources.fetch(URI, **given).folder) == FILES


def test_a_credential_that_is_awaited_opens_the_store(cloud):
    options = {"credential": AwaitedCredential(*PRINCIPAL.values())}
    assert read(sources.fetch(URI, storage_options=options).folder) == FILES


def test_the_environments_credentials_come_last(cloud, monkeypatch):
    for name, value in PRINCIPAL.items():
        monkeypatch.setenv(f"AZURE_{name.upper()}", value)
    found = sources.fetch(URI)
    assert found.sign_in == "DefaultAzureCredential"
    assert read(found.folder) == FILES


def test_a_managed_identity_opens_the_store_by_conf(cloud, monkeypatch):
    monkeypatch.setenv("IDENTITY_ENDPOINT", cloud.msi)
    monkeypatch.setenv("IDENTITY_HEADER", MSI_HEADER)
    conf = {
        "fs.azure.account.auth.type": "OAuth",
        "fs.azure.account.oauth.provider.type": "x.MsiTokenProvider",
    }
    found = sources.fetch(URI, hadoop=conf.get)
    assert found.sign_in == "Spark conf: managed identity"
    assert "/msi/token" in cloud.paths()


def test_a_connection_string_opens_a_store_over_http(tmp_path):
    server = Azurite(tmp_path / "azurite.log")
    try:
        text = server.connection_string
        client = BlobServiceClient.from_connection_string(text)
        container = client.create_container(CONTAINER)
        for name, data in FILES.items():
            container.upload_blob(f"plain/model/{name}", data)
        found = sources.fetch(URI, storage_options={"connection_string": text})
        assert read(found.folder) == FILES
        assert found.sign_in == "storage_options: connection string"
        wrong = text.replace(KEY, "d3Jvbmc=")
        with pytest.raises(ModelError, match="PREDICT_ACCESS_DENIED") as raised:
            sources.fetch(URI, storage_options={"connection_string": wrong})
        assert "d3Jvbmc" not in str(raised.value)
    finally:
        server.stop()


def test_the_ambient_connection_string_never_decides(cloud, monkeypatch):
    text = f"DefaultEndpointsProtocol=https;AccountName=other;AccountKey={KEY}"
    monkeypatch.setenv("AZURE_STORAGE_CONNECTION_STRING", text)
    assert read(sources.fetch(URI, storage_options={"account_key": KEY}).folder) == FILES
    options = {"connection_string": text}
    with pytest.raises(ModelError, match="PREDICT_REMOTE_MODEL_MISSING"):
        sources.fetch(URI, storage_options=options)  # the explicit one does


@pytest.mark.parametrize(
    "uri",
    [
        f"abfss://{HOST}/plain/model",
        f"abfss://{CONTAINER}@{HOST}",
        f"abfss://{CONTAINER}@xyz/plain",
        f"{URI}?sig=secret",
        f"abfss://{CONTAINER}:secret@{HOST}/plain/model",
        f"https://me:secret@{HOST}/{CONTAINER}/plain",
        "https://example.org/model",
        f"abfss://{CONTAINER}/plain/model",
    ],
)
def test_another_form_of_uri_is_refused_before_anything_is_asked(uri):
    with pytest.raises(BindArgumentError, match="PREDICT_INVALID_URI") as raised:
        sources.fetch(uri)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    "options", [{"account_kee": KEY}, {"client_id": CLIENT}], ids=["unknown", "half"]
)
def test_options_that_are_wrong_are_refused(cloud, options):
    with pytest.raises(BindArgumentError, match="PREDICT_INVALID_ARGUMENT"):
        sources.fetch(URI, storage_options=options)


@pytest.mark.parametrize(
    ("uri", "host"),
    [
        ("abfss://c@a.dfs.core.chinacloudapi.cn/m", "a.blob.core.chinacloudapi.cn"),
        ("abfss://c@onelake.dfs.fabric.microsoft.com/m", "onelake.blob.fabric.microsoft.com"),
        ("abfss://c@a.z7.dfs.storage.azure.net/m", "a.z7.blob.storage.azure.net"),
    ],
)
def test_any_suffix_of_hosts_is_known(uri, host):
    from sparkpredict.sources.adls import location

    assert location(uri).blob_host == host
