# SPDX-License-Identifier: Apache-2.0
"""What a session lets bind_model fetch, and what it keeps of it."""

from __future__ import annotations

import shutil

import mlflow
import pytest
from mlflow.models import infer_signature

import saved
import sparkpredict
from scores import by_sql
from sparkpredict import ceilings
from sparkpredict import conf as keys
from sparkpredict.errors import BindArgumentError, ConfigurationError, ModelError

KEY = keys.TRUSTED
SIGNATURE = infer_signature(saved.sample(("a", "b")), saved.sample(("a",))["a"])


@pytest.fixture
def kept_in(conf, tmp_path):
    """The folder of the models that the session has fetched; a cache of this test's own."""
    conf(keys.CACHE_DIR, str(tmp_path / "cache"))
    return tmp_path / "cache" / "models"


@pytest.fixture
def mounted(conf, regression, tmp_path):
    """Lets Hadoop's client read a copy of a model at ``hdfs://nn/m``, and at the same of s3a."""
    shutil.copytree(regression, tmp_path / "stored" / "m")
    for scheme in ("hdfs", "s3a", "other"):
        conf(f"fs.{scheme}.impl", "org.apache.hadoop.fs.viewfs.ViewFileSystemOverloadScheme")
        local = "org.apache.hadoop.fs.LocalFileSystem"
        conf(f"fs.viewfs.overload.scheme.target.{scheme}.impl", local)
    conf("fs.viewfs.mounttable.nn.linkFallback", f"file://{tmp_path}/stored")
    return tmp_path / "stored" / "m"


@pytest.mark.classic
@pytest.mark.parametrize("uri", ["hdfs://nn/m", "s3a://nn/m/", "other://nn/m"])
def test_a_model_is_read_by_hadoops_client(bind, points, regression, mounted, kept_in, uri):
    model = bind(uri)
    assert by_sql(model, points) == regression.scores(points.collect())
    assert model.uri == uri
    assert model.info().sign_in == "Hadoop's client in the driver"
    assert [folder.name for folder in kept_in.iterdir()] == [model.digest]
    assert bind(regression).digest == model.digest


@pytest.mark.classic
def test_hadoops_client_can_be_asked_for_by_name(bind, mounted, kept_in):
    model = bind(f"file:{mounted}", source="hadoop")
    assert model.info().sign_in == "Hadoop's client in the driver"
    assert model.again == {"source": "hadoop"}


@pytest.mark.classic
def test_hadoops_client_is_given_no_path_of_the_default_file_system_and_no_link(
    bind, mounted, kept_in
):
    with pytest.raises(BindArgumentError, match="a URI with a scheme for source='hadoop'"):
        bind(mounted, source="hadoop")
    (mounted / "stolen").symlink_to("/etc/hostname")
    with pytest.raises(ModelError, match="a link at 'stolen'"):
        bind(f"file:{mounted}", source="hadoop")


@pytest.mark.classic
def test_what_hadoops_client_does_not_find_is_an_error(bind, mounted, kept_in):
    with pytest.raises(ModelError, match="PREDICT_REMOTE_MODEL_MISSING"):
        bind("hdfs://nn/nothing")


def test_a_scheme_that_hadoop_cannot_list_either_is_unknown(bind):
    for uri in ("http://host/m", "nobody://host/m"):
        with pytest.raises(BindArgumentError, match="PREDICT_UNKNOWN_SCHEME"):
            bind(uri)


def test_another_way_than_those_known_is_refused(bind, regression):
    with pytest.raises(BindArgumentError, match="source is 'ftp'; expected 'hadoop'"):
        bind(regression, source="ftp")


@pytest.mark.classic
def test_a_bound_model_stays_in_the_cache_until_it_is_unregistered(
    spark, conf, bind, mounted, kept_in
):
    conf(keys.CACHE_MAX_BYTES, "0")
    bind("hdfs://nn/m")
    assert sparkpredict.cache.clear(spark) == 0
    (mounted / "more").write_text("more")
    first, second = (folder.name for folder in kept_in.iterdir()), bind("hdfs://nn/m")
    del first  # bound anew under its alias, so the first one may go
    sparkpredict.cache.clear(spark)
    assert [folder.name for folder in kept_in.iterdir()] == [second.digest]


@pytest.mark.classic
def test_a_model_in_the_cache_that_somebody_wrote_to_is_dropped(bind, points, mounted, kept_in):
    model = bind("hdfs://nn/m")
    victim = kept_in / model.digest / "MLmodel"
    victim.write_text(victim.read_text() + "evil: true\n")
    with pytest.raises(ModelError, match="PREDICT_MODEL_CHANGED"):
        bind("hdfs://nn/m")
    assert bind("hdfs://nn/m").digest == model.digest


def test_set_in_sql_narrows_what_is_trusted(spark, conf, bind, regression, tmp_path):
    conf(KEY, "")
    spark.sql(f"SET {KEY}=s3://models/, {regression.folder.parent}")
    bind(regression)
    spark.sql(f"SET {KEY}=s3://models/")
    with pytest.raises(BindArgumentError, match="PREDICT_URI_NOT_TRUSTED") as raised:
        bind(regression)
    assert str(regression) in str(raised.value)


def test_limits_are_those_of_the_session(conf, bind, regression):
    conf(keys.FETCH_MAX_FILES, "2")
    with pytest.raises(ModelError, match="more than 2 files"):
        bind(regression)
    conf(keys.FETCH_MAX_FILES, "10000")
    conf(keys.FETCH_MAX_BYTES, "100")
    with pytest.raises(ModelError, match="more than 100 bytes"):
        bind(regression)
    conf(keys.FETCH_MAX_BYTES, "many")
    with pytest.raises(ConfigurationError, match="PREDICT_INVALID_CONF"):
        bind(regression)


@pytest.fixture
def started(monkeypatch):
    """What the application was started with, as if it had been."""
    values = {}
    monkeypatch.setattr(ceilings, "_started", lambda spark: values)
    return values


def test_safe_mode_takes_no_pickle_and_scores_what_holds_no_code(
    spark, conf, bind, points, regression, tmp_path
):
    with pytest.raises(ModelError, match="PREDICT_UNSAFE_FORMAT") as raised:
        bind(regression, safe_mode=True)
    assert "a cloudpickle of scikit-learn, which can hold code" in str(raised.value)
    mlflow.sklearn.save_model(
        regression.library, tmp_path / "m", signature=SIGNATURE, pip_requirements=saved.REQUIREMENTS
    )
    conf(keys.SAFE_MODE, "false")
    spark.sql(f"SET {keys.SAFE_MODE}=true")
    with pytest.raises(ModelError, match="PREDICT_UNSAFE_FORMAT"):
        bind(regression)
    for engine in ("python", "auto"):
        model = bind(tmp_path / "m", engine=engine)
        assert by_sql(model, points) == regression.scores(points.collect())
        assert model.info().details["choices"]["safe_mode"] is True


def test_what_the_application_started_with_holds_whatever_is_set_later(
    conf, bind, regression, started
):
    started.update({keys.SAFE_MODE: "true", keys.PROBE_MAX_BYTES: "0"})
    conf(keys.SAFE_MODE, "false")
    with pytest.raises(ModelError, match="PREDICT_UNSAFE_FORMAT"):
        bind(regression, safe_mode=False)
    started.pop(keys.SAFE_MODE)
    conf(keys.PROBE_MAX_BYTES, "1000000000")
    notes = bind(regression).info().details["model"]["notes"]
    assert notes == ["not loaded when bound: larger than probe.maxModelBytes"]


def test_a_file_of_linked_services_stays_where_it_was(spark, conf, started, tmp_path):
    conf(keys.LINKED_SERVICES, "/etc/passwd")
    assert ceilings.path(spark, keys.LINKED_SERVICES) == "/etc/passwd"
    started[keys.TRUSTED] = "s3://models/"
    assert ceilings.path(spark, keys.LINKED_SERVICES) == ""
    started[keys.LINKED_SERVICES] = str(tmp_path)
    assert ceilings.path(spark, keys.LINKED_SERVICES) == str(tmp_path)
