# SPDX-License-Identifier: Apache-2.0
"""Models in ADLS Gen2: wrong sign-ins, what Azure Storage refuses, and hosts that do not answer."""

from __future__ import annotations

import socket
import time

import pytest
from azure.identity.aio import ClientSecretCredential as AwaitedCredential
from azurite import KEY
from entra import CLIENT, PRINCIPAL, TENANT
from proxy import Proxy

from conftest import CONTAINER, FILES, URI, read
from sparkpredict import sources
from sparkpredict.cache import Cache
from sparkpredict.errors import BindArgumentError, ModelError
from sparkpredict.sources.trust import Trust

pytestmark = pytest.mark.usefixtures("stored")

BUSY = (503, "ServerBusy", [("Retry-After", "1")])
THROTTLED = (429, "TooManyRequests", [("Retry-After", "1")])


@pytest.fixture
def proxy(cloud, monkeypatch):
    """Between us and Azurite."""
    running = Proxy(cloud.rules["*.blob.core.*"], cloud.certificates)
    monkeypatch.setitem(cloud.rules, "*.blob.core.*", running.port)
    yield running
    running.stop()


@pytest.mark.parametrize(
    ("options", "condition", "said"),
    [
        pytest.param(
            {"account_key": "d3Jvbmc="}, "PREDICT_ACCESS_DENIED", "account key", id="wrong key"
        ),
        pytest.param(
            {**PRINCIPAL, "client_secret": "expired"},
            "PREDICT_SIGN_IN_FAILED",
            "AADSTS7000222",
            id="expired secret",
        ),
        pytest.param(
            {**PRINCIPAL, "client_secret": "wrong"},
            "PREDICT_SIGN_IN_FAILED",
            "Invalid client secret",
            id="wrong secret",
        ),
        pytest.param(
            {"credential": AwaitedCredential(TENANT, CLIENT, "wrong")},
            "PREDICT_SIGN_IN_FAILED",
            "Invalid client secret",
            id="wrong secret, awaited",
        ),
    ],
)
def test_a_wrong_sign_in_is_an_error_and_the_next_one_works(cloud, options, condition, said):
    with pytest.raises(ModelError) as raised:
        sources.fetch(URI, storage_options=options)
    assert raised.value.condition == condition
    assert said in str(raised.value)
    assert "xyz.blob.core.windows.net" in str(raised.value)
    assert "d3Jvbmc" not in str(raised.value)
    assert read(sources.fetch(URI, storage_options={"account_key": KEY}).folder) == FILES


def test_an_expired_sas_is_refused_without_being_shown(cloud):
    sas = cloud.sas(CONTAINER, hours=-1)
    with pytest.raises(ModelError, match="PREDICT_ACCESS_DENIED") as raised:
        sources.fetch(URI, storage_options={"sas_token": sas})
    assert "Storage Blob Data Reader" in str(raised.value)
    assert "sig=" not in str(raised.value)
    assert raised.value.__cause__ is None


@pytest.mark.parametrize("uri", [URI + "/nothing", URI.replace(CONTAINER, "nocontainer")])
def test_what_is_not_there_is_an_error(cloud, uri):
    with pytest.raises(ModelError, match="PREDICT_REMOTE_MODEL_MISSING"):
        sources.fetch(uri, storage_options={"account_key": KEY})


@pytest.mark.parametrize("options", [PRINCIPAL, {"account_key": KEY}], ids=["principal", "key"])
def test_a_missing_role_is_named_and_the_next_try_works(proxy, options):
    proxy.answers.append((403, "AuthorizationPermissionMismatch", []))
    with pytest.raises(ModelError, match="PREDICT_ACCESS_DENIED") as raised:
        sources.fetch(URI, storage_options=options)
    assert "Give that identity the role 'Storage Blob Data Reader'" in str(raised.value)
    assert "not authorized to perform this operation" in str(raised.value)
    assert read(sources.fetch(URI, storage_options=options).folder) == FILES


@pytest.mark.parametrize("answer", [BUSY, THROTTLED], ids=["busy", "throttled"])
def test_a_busy_store_is_waited_for_as_long_as_it_says(proxy, answer):
    proxy.answers.append(answer)
    started = time.monotonic()
    assert read(sources.fetch(URI, storage_options={"account_key": KEY}).folder) == FILES
    assert 1 <= time.monotonic() - started < 5
    assert proxy.answers == []


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        (503, "ServerBusy", "answered HTTP 503"),
        (429, "TooManyRequests", "answered HTTP 429"),
    ],
)
def test_a_store_that_stays_busy_is_an_error_and_the_next_try_works(proxy, status, code, said):
    proxy.answers += [(status, code, [("Retry-After", "0")])] * 4
    started = time.monotonic()
    with pytest.raises(ModelError, match="PREDICT_REMOTE_FAILED") as raised:
        sources.fetch(URI, storage_options={"account_key": KEY})
    assert time.monotonic() - started < 6  # without reading Retry-After it would take twelve
    assert said in str(raised.value)
    assert proxy.answers == []
    assert read(sources.fetch(URI, storage_options={"account_key": KEY}).folder) == FILES


def shorter(call, status, headers, data):
    """Half of the body, and a length that says so."""
    half = data[: len(data) // 2]
    call.answer(half, status, [*headers, ("Content-Length", str(len(half)))])


def lying(call, status, headers, data):
    """The body, and a length that says more."""
    call.answer(data, status, [*headers, ("Content-Length", str(len(data) + 1000))])
    call.close_connection = True


def cut(call, status, headers, data):
    """Half of the body, and no more."""
    call.answer(data[: len(data) // 2], status, [*headers, ("Content-Length", str(len(data)))])
    call.close_connection = True


def nothing_is_kept(folder):
    return not any((folder / "models").iterdir()) and not any((folder / "parts").iterdir())


@pytest.mark.parametrize("send", [shorter, lying, cut])
def test_a_body_that_is_not_all_there_is_no_model_and_the_next_try_works(proxy, tmp_path, send):
    cache = Cache(tmp_path, 1 << 30)
    proxy.spoil = ("model.pkl", send)
    started = time.monotonic()
    with pytest.raises(ModelError, match="PREDICT_REMOTE_FAILED") as raised:
        sources.fetch(URI, storage_options={"account_key": KEY}, cache=cache)
    assert time.monotonic() - started < 15
    assert "xyz.blob.core.windows.net" in str(raised.value)
    assert nothing_is_kept(tmp_path)
    proxy.spoil = None
    again = sources.fetch(URI, storage_options={"account_key": KEY}, cache=cache)
    assert read(again.folder) == FILES


def test_a_naive_loader_would_have_kept_half_a_file(proxy, tmp_path):
    import adlfs

    proxy.spoil = ("model.pkl", shorter)
    store = adlfs.AzureBlobFileSystem(account_name="xyz", account_key=KEY, skip_instance_cache=True)
    store.get_file(f"{CONTAINER}/plain/model/model.pkl", str(tmp_path / "model.pkl"))
    assert (tmp_path / "model.pkl").stat().st_size < len(FILES["model.pkl"])


def test_a_file_that_is_written_half_way_is_no_model(cloud, tmp_path, monkeypatch):
    from sparkpredict.azure.folders import AzureFolder

    cloud.upload(CONTAINER, "changing/model")
    copy = AzureFolder._copy

    async def change(self, file, into, pool):
        await copy(self, file, into, pool)
        if file.path == "MLmodel":
            cloud.upload(CONTAINER, "changing/model", {"MLmodel": FILES["MLmodel"]})

    uri, options = URI.replace("plain", "changing"), {"account_key": KEY}
    cache = Cache(tmp_path, 1 << 30)
    with monkeypatch.context() as patch:
        patch.setattr(AzureFolder, "_copy", change)
        with pytest.raises(ModelError, match="PREDICT_MODEL_CHANGED"):
            sources.fetch(uri, storage_options=options, cache=cache)
    assert nothing_is_kept(tmp_path)
    assert read(sources.fetch(uri, storage_options=options, cache=cache).folder) == FILES


def test_no_redirect_is_followed(proxy):
    elsewhere = "https://stolen.blob.core.windows.net/models/plain/model"
    proxy.answers.append((302, "Moved", [("Location", elsewhere)]))
    with pytest.raises(ModelError, match="PREDICT_REMOTE_FAILED"):
        sources.fetch(URI, storage_options={"account_key": KEY})
    assert proxy.hosts == {"xyz.blob.core.windows.net"}


def test_where_a_host_of_the_options_leads_must_be_trusted(cloud):
    options = {"account_key": KEY, "account_host": "evil.example.org"}
    trust = Trust(((URI,),))
    with pytest.raises(BindArgumentError, match="PREDICT_URI_NOT_TRUSTED") as raised:
        sources.fetch(URI, storage_options=options, trust=trust)
    assert f"{URI}, which is at https://evil.example.org/models/plain/model" in str(raised.value)
    found = sources.fetch(URI, storage_options={"account_key": KEY}, trust=trust)
    assert read(found.folder) == FILES


def test_an_unchanged_model_is_listed_only(proxy, tmp_path):
    cache, options = Cache(tmp_path, 1 << 30), {"account_key": KEY}
    first = sources.fetch(URI, storage_options=options, cache=cache)
    proxy.spoil = ("model.pkl", cut)
    started = time.monotonic()
    again = sources.fetch(URI, storage_options=options, cache=cache)
    assert time.monotonic() - started < 2
    assert again.folder == first.folder


def test_a_dead_port_answers_within_ten_seconds(cloud):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = {"account_key": KEY, "account_host": f"localhost:{port}"}
    started = time.monotonic()
    with pytest.raises(ModelError, match=r"PREDICT_REMOTE_FAILED.*cannot be reached"):
        sources.fetch(URI, storage_options=options)
    assert time.monotonic() - started < 10


def test_a_port_that_never_answers_is_given_up_within_ten_seconds(cloud):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(0)
        port = silent.getsockname()[1]
        # The queue is full, so that the next connection is never made.
        full = [socket.socket() for _ in range(4)]
        for each in full:
            each.setblocking(False)
            each.connect_ex(("127.0.0.1", port))
        options = {"account_key": KEY, "account_host": f"localhost:{port}"}
        started = time.monotonic()
        with pytest.raises(ModelError, match="PREDICT_REMOTE_FAILED"):
            sources.fetch(URI, storage_options=options)
        assert time.monotonic() - started < 10
        for each in full:
            each.close()
