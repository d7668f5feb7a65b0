# SPDX-License-Identifier: Apache-2.0
"""What a model sees of the environment of the worker that loads it and asks it."""

from __future__ import annotations

import os

import pytest

from sparkpredict.worker.environment import without_secrets

SECRETS = (
    "AZURE_CLIENT_SECRET",
    "AZURE_STORAGE_KEY",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "MLFLOW_TRACKING_TOKEN",
    "MLFLOW_TRACKING_PASSWORD",
    "IDENTITY_HEADER",
    "DATABRICKS_TOKEN",
    "GOOGLE_APPLICATION_CREDENTIALS",
)
OTHERS = ("MLFLOW_TRACKING_URI", "PATH", "SPARK_LOCAL_IP", "MY_AWS_KEY")


def test_secrets_are_out_of_sight_and_come_back(monkeypatch):
    for name in (*SECRETS, *OTHERS):
        monkeypatch.setenv(name, "canary")
    with without_secrets():
        assert [name for name in SECRETS if name in os.environ] == []
        assert [name for name in OTHERS if name not in os.environ] == []
        os.environ["AWS_SESSION_TOKEN"] = "the model's own"  # noqa: S105
    assert os.environ["AWS_SESSION_TOKEN"] == "the model's own"  # noqa: S105
    assert os.environ["AZURE_CLIENT_SECRET"] == "canary"  # noqa: S105


def test_they_come_back_when_the_model_fails(monkeypatch):
    monkeypatch.setenv("AZURE_CLIENT_SECRET", "canary")
    with pytest.raises(ZeroDivisionError), without_secrets():
        1 / 0  # noqa: B018
    assert os.environ["AZURE_CLIENT_SECRET"] == "canary"  # noqa: S105


def test_an_address_with_a_password_is_out_of_sight_and_one_without_stays(monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://me:hunter2@host")
    monkeypatch.setenv("MLFLOW_REGISTRY_URI", "http://host")
    with without_secrets():
        assert "MLFLOW_TRACKING_URI" not in os.environ
        assert os.environ["MLFLOW_REGISTRY_URI"] == "http://host"
    assert os.environ["MLFLOW_TRACKING_URI"] == "http://me:hunter2@host"
