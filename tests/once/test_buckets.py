# SPDX-License-Identifier: Apache-2.0
"""Models in S3, from a server of it on this machine."""

from __future__ import annotations

from importlib.util import find_spec

import boto3
import pytest
from moto.server import ThreadedMotoServer

from sparkpredict import sources
from sparkpredict.errors import BindArgumentError, ConfigurationError, ModelError
from sparkpredict.sources import buckets
from sparkpredict.sources.trust import Trust
from stored import FILES, read

SECRET = "a-secret-key"  # noqa: S105 (of a server that is gone with the test)


@pytest.fixture(scope="module")
def s3():
    """A client, and the options by which s3fs finds the same server."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    url = "http://{}:{}".format(*server.get_host_and_port())
    client = boto3.client(
        "s3",
        endpoint_url=url,
        aws_access_key_id="key",
        aws_secret_access_key=SECRET,
        region_name="us-east-1",
    )
    client.create_bucket(Bucket="models")
    for name, data in FILES.items():
        client.put_object(Bucket="models", Key=f"churn/{name}", Body=data)
    client.put_object(Bucket="models", Key="churn2/other", Body=b"a sibling")
    yield client, {"key": "key", "secret": SECRET, "endpoint_url": url}
    server.stop()


def test_a_folder_is_fetched_whole_and_then_only_listed(s3, monkeypatch):
    client, options = s3
    found = sources.fetch("s3://models/churn/", storage_options=options)
    assert read(found.folder) == FILES
    assert found.again == {"storage_options": {"endpoint_url": options["endpoint_url"]}}
    assert SECRET not in repr(found)
    with monkeypatch.context() as patch:
        patch.delattr(buckets._Bucket, "_copy")
        assert sources.fetch("s3://models/churn", storage_options=options).folder == found.folder
    client.put_object(Bucket="models", Key="churn/MLmodel", Body=b"flavors: []\n")
    changed = sources.fetch("s3://models/churn", storage_options=options)
    assert read(changed.folder) == {**FILES, "MLmodel": b"flavors: []\n"}


def test_names_of_a_bucket_that_lead_out_of_a_folder_are_refused(s3):
    client, options = s3
    client.put_object(Bucket="models", Key="evil/MLmodel", Body=b"")
    client.put_object(Bucket="models", Key="evil/x/../../../escaped", Body=b"")
    with pytest.raises(ModelError, match="PREDICT_MODEL_FOLDER_UNSAFE"):
        sources.fetch("s3://models/evil", storage_options=options)


@pytest.mark.parametrize("uri", ["s3://models/nothing", "s3://nobucket/m"])
def test_what_is_not_there_is_an_error(s3, uri):
    with pytest.raises(ModelError, match="PREDICT_REMOTE_MODEL_MISSING"):
        sources.fetch(uri, storage_options=s3[1])


def test_a_host_that_does_not_answer_is_an_error_without_the_secret():
    options = {"key": "key", "secret": SECRET, "endpoint_url": "http://127.0.0.1:9"}
    with pytest.raises(ModelError, match="PREDICT_REMOTE_FAILED") as raised:
        sources.fetch("s3://models/churn", storage_options=options)
    assert "http://127.0.0.1:9" in str(raised.value)
    assert SECRET not in str(raised.value)


def test_another_endpoint_than_the_schemes_own_must_be_trusted(s3):
    _, options = s3
    with pytest.raises(BindArgumentError, match="PREDICT_URI_NOT_TRUSTED") as raised:
        sources.fetch(
            "s3://models/churn", storage_options=options, trust=Trust((("s3://models/",),))
        )
    assert f"which is at {options['endpoint_url']}/models/churn" in str(raised.value)
    both = Trust((("s3://models/", options["endpoint_url"]),))
    assert sources.fetch("s3://models/churn", storage_options=options, trust=both).folder


def test_without_the_file_system_the_error_has_the_pip_line(monkeypatch):
    monkeypatch.setattr(
        buckets, "find_spec", lambda name: None if name == "gcsfs" else find_spec(name)
    )
    with pytest.raises(ConfigurationError, match="pip install gcsfs"):
        sources.fetch("gs://models/churn")
