# SPDX-License-Identifier: Apache-2.0
"""From where models may come: decided on the parsed and normalised address."""

from __future__ import annotations

import pytest

from sparkpredict import sources
from sparkpredict.errors import BindArgumentError, ConfigurationError
from sparkpredict.sources.trust import Trust, prefixes

ACCOUNT = "abfss://models@xyz.dfs.core.windows.net"


@pytest.mark.parametrize(
    ("prefix", "uri"),
    [
        (f"{ACCOUNT}/churn", f"{ACCOUNT}/churn"),
        (f"{ACCOUNT}/churn", f"{ACCOUNT}/churn/v1/"),
        (f"{ACCOUNT}/churn/", f"{ACCOUNT}/churn"),
        (f"{ACCOUNT}/churn", "ABFS://models@XYZ.dfs.core.windows.net/churn/v1"),
        (f"{ACCOUNT}/churn", "https://xyz.blob.core.windows.net/models/churn/v1"),
        (f"{ACCOUNT}/a b", "https://xyz.blob.core.windows.net/models/a%20b/v1"),
        ("https://xyz.dfs.core.windows.net/", f"{ACCOUNT}/churn"),
        ("https://xyz.blob.core.windows.net/models", f"{ACCOUNT}/churn"),
        ("abfss:", f"{ACCOUNT}/churn"),
        ("s3://models/churn", "S3://Models/churn/v1"),
        ("hdfs://nn:8020/models", "hdfs://nn:8020/models/m"),
        ("hdfs:/models", "hdfs:///models/m"),
        ("aml://churn", "aml://churn:3"),
        ("aml://churn", "aml://churn@latest"),
        ("aml:", "azureml:churn:3"),
        ("models:/churn", "models:/churn/3"),
        ("models:/churn", "models:/churn@champion"),
        ("models:", "models:/churn@champion"),
        ("/models", "/models/../models/./churn"),
        ("file:/models", "/models/churn"),
        ("/models", "file:///models/ch%75rn"),
    ],
)
def test_is_trusted(prefix, uri):
    Trust((prefixes(f"s3://other/, {prefix}"),)).check(uri)


@pytest.mark.parametrize(
    ("prefix", "uri"),
    [
        (f"{ACCOUNT}/churn", f"{ACCOUNT}/churn2"),
        (f"{ACCOUNT}/churn", f"{ACCOUNT}/Churn"),
        (f"{ACCOUNT}/churn", f"{ACCOUNT}/"),
        (f"{ACCOUNT}/churn", "abfss://models@xyz.dfs.core.windows.net.evil.org/churn"),
        (f"{ACCOUNT}/churn", "abfss://models@evil.dfs.core.windows.net/churn"),
        (f"{ACCOUNT}/churn", "abfss://models2@xyz.dfs.core.windows.net/churn"),
        (f"{ACCOUNT}/churn", "https://evil.org/models@xyz.dfs.core.windows.net/churn"),
        ("s3://models", "s3://models2/m"),
        ("s3://models", "s3://models@evil/m"),
        ("s3://models", "s3a://models/m"),
        ("hdfs:/models", "hdfs://elsewhere/models/m"),
        ("aml://churn", "aml://churn2:3"),
        ("models:/churn", "models:/churn2/3"),
        ("models:/churn", "runs:/churn/3"),
        ("/models", "/models2"),
        ("/models", "/models/../etc"),
        ("/models", "file:///models/%2e%2e/etc"),
        ("/models", "https://models/churn"),
    ],
)
def test_is_not_trusted(prefix, uri):
    with pytest.raises(BindArgumentError, match="PREDICT_URI_NOT_TRUSTED"):
        Trust((prefixes(prefix),)).check(uri)


@pytest.mark.parametrize(
    "uri",
    [
        f"{ACCOUNT}/churn/../secret",
        f"{ACCOUNT}/churn/%2e%2e/secret",
        f"{ACCOUNT}/churn//v1",
        "s3://models/churn/../secret",
        "s3://models/churn/./v1",
        "hdfs://nn/models\\..\\m",
        "models:/churn/..",
    ],
)
def test_a_path_that_is_none_is_refused_also_where_all_is_trusted(uri):
    with pytest.raises(BindArgumentError, match="PREDICT_INVALID_URI"):
        sources.fetch(uri)


def test_a_link_is_where_it_leads(tmp_path):
    (tmp_path / "trusted").mkdir()
    (tmp_path / "secret").mkdir()
    (tmp_path / "trusted" / "m").symlink_to(tmp_path / "secret")
    assert f"{tmp_path}/trusted/m".startswith(f"{tmp_path}/trusted"), "a naive check lets it pass"
    with pytest.raises(BindArgumentError, match="PREDICT_URI_NOT_TRUSTED"):
        sources.fetch(f"{tmp_path}/trusted/m", trust=Trust(((str(tmp_path / "trusted"),),)))


def test_each_list_must_have_a_prefix():
    trust = Trust((("s3://a", "s3://b"), ("s3://b", "s3://c")))
    trust.check("s3://b/m")
    for uri in ("s3://a/m", "s3://c/m"):
        with pytest.raises(BindArgumentError):
            trust.check(uri)


def test_the_account_of_the_options_is_part_of_the_address():
    trust = Trust((prefixes(ACCOUNT),))
    trust.check("abfss://models/churn", account="xyz")
    with pytest.raises(BindArgumentError, match="PREDICT_URI_NOT_TRUSTED"):
        trust.check("abfss://models/churn", account="evil")


def test_nothing_is_asked_for_before_it_is_trusted(monkeypatch):
    asked = []
    monkeypatch.setitem(sources.SOURCES, "s3", lambda request: asked.append(request.uri))
    with pytest.raises(BindArgumentError) as raised:
        sources.fetch("s3://u:secret@b/m?sig=secret", trust=Trust((("s3://other",),)))
    assert asked == []
    assert "secret" not in str(raised.value)
    assert "spark.synapse.ml.predict.trustedUriPrefixes allows: s3://other" in str(raised.value)


@pytest.mark.parametrize("prefix", ["models", "s3://a/../b"])
def test_a_prefix_that_is_no_address_is_an_error_of_the_configuration(prefix):
    with pytest.raises(ConfigurationError, match="PREDICT_INVALID_CONF"):
        Trust(((prefix,),)).check("s3://b/m")
