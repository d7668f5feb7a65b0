# SPDX-License-Identifier: Apache-2.0
"""Secrets are in no error: neither what looks like one, nor what was given as one."""

from __future__ import annotations

import pytest

from sparkpredict import sources
from sparkpredict.errors import BindArgumentError, ModelError
from sparkpredict.sources import failures
from sparkpredict.sources.secrets import kept_out, masked


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("http://me:hunter2@host/x failed", "http://...@host/x failed"),
        ("https://hunter2@host/x", "https://...@host/x"),
        ("s3://key:hunter2@bucket/m", "s3://...@bucket/m"),
        ("https://host/x?sv=1&sig=hunter2&se=2", "https://host/x?sv=1&sig=...&se=2"),
        ("AccountName=xyz;AccountKey=hunter2==;", "AccountName=xyz;AccountKey=...;"),
        ("client_secret='hunter2'", "client_secret='...'"),
        ('{"access_token": "hunter2"}', '{"access_token": "..."}'),
        ("password: hunter2", "password: ..."),
        ("aws_secret_access_key=hunter2", "aws_secret_access_key=..."),
        ("Authorization: Bearer hunter2hunter2", "Authorization: Bearer ..."),
    ],
)
def test_what_looks_like_a_secret_is_masked(text, shown):
    assert masked(text) == shown
    assert failures.first_line(ValueError(text)) == shown.rstrip(".")


@pytest.mark.parametrize(
    "text",
    [
        "abfss://models@xyz.dfs.core.windows.net/churn",
        "hdfs://me@host:8020/models",
        "models:/churn@champion",
        "AADSTS7000222: the provided client secret keys are expired",
        "the key is missing: 'a'",
        "Token expired, sign in again",
    ],
)
def test_what_is_none_stays(text):
    assert masked(text) == text


@pytest.mark.parametrize(
    "uri",
    [
        "s3://key:hunter2@bucket/m",
        "hdfs://me:hunter2@host/m",
        "https://hunter2@xyz.blob.core.windows.net/c/m",
        "https://xyz.blob.core.windows.net/c/m?sig=hunter2",
    ],
)
def test_a_uri_that_holds_a_secret_is_refused_without_showing_it(uri):
    with pytest.raises(BindArgumentError, match="PREDICT_INVALID_URI") as raised:
        sources.fetch(uri)
    assert "hunter2" not in str(raised.value)
    assert "storage_options take" in str(raised.value)


def fails(told):
    raise ModelError("PREDICT_REMOTE_FAILED", host="h", problem="failed", cause=told, cure="Wait.")


def test_a_value_that_was_given_is_masked_wherever_a_client_puts_it(monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "correct-horse")
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "battery-staple")
    options = {"key": "hunter2hunter2", "client_kwargs": {"aws_session_token": "nested-secret"}}
    told = "hunter2hunter2 correct-horse battery-staple nested-secret at endpoint"
    with pytest.raises(ModelError) as raised, kept_out(options):
        fails(told)
    assert raised.value.parameters["cause"] == "... ... ... ... at endpoint"
    assert raised.value.condition == "PREDICT_REMOTE_FAILED"
    assert raised.value.__suppress_context__


def test_names_that_are_no_secrets_are_told():
    options = {"account_name": "account", "endpoint_url": "http://127.0.0.1:9", "key": "short"}
    with (
        pytest.raises(ModelError, match=r"account of http://127\.0\.0\.1:9 is short"),
        kept_out(options),
    ):
        fails("account of http://127.0.0.1:9 is short")
