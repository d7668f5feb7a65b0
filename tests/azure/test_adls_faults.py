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
from sparkpredict.errors import ModelError

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
