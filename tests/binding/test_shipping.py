# SPDX-License-Identifier: Apache-2.0
"""How a model reaches the executors, and what is too large for Spark's own file server."""

from __future__ import annotations

import resource

import pytest

import sparkpredict
from scores import assert_same_scores, by_sql
from sparkpredict.errors import ConfigurationError, ModelError

FOLDER = "spark.synapse.ml.predict.ship.folder"
LIMIT = "spark.synapse.ml.predict.ship.maxBytes"
PROBE = "spark.synapse.ml.predict.probe.maxModelBytes"


def bound(spark, alias, model):
    return sparkpredict.bind_model("DOUBLE", "mlflow", alias, str(model), spark=spark)


def test_a_model_above_the_limit_is_refused_by_a_sentence_that_names_the_folder_s_key(
    spark, alias, conf, regression
):
    conf(LIMIT, "10")
    with pytest.raises(ModelError, match="PREDICT_MODEL_TOO_LARGE") as raised:
        bound(spark, alias, regression).register()
    assert f"more than {LIMIT} = 10. Set {FOLDER} to a folder" in str(raised.value)
    assert alias not in sparkpredict.models(spark)


def test_above_the_limit_the_model_goes_into_the_shared_folder(
    spark, bind, conf, points, regression, tmp_path
):
    conf(LIMIT, "10")
    conf(FOLDER, str(tmp_path))
    model = bind(regression)
    (published,) = tmp_path.iterdir()
    assert_same_scores(model, points, regression.scores(points.collect()))
    before = published.stat().st_mtime_ns
    bind(regression)
    assert list(tmp_path.iterdir()) == [published]
    assert published.stat().st_mtime_ns == before


def test_below_the_limit_the_shared_folder_is_not_used(bind, conf, points, regression, tmp_path):
    conf(FOLDER, str(tmp_path))
    model = bind(regression)
    assert list(tmp_path.iterdir()) == []
    assert by_sql(model, points) == regression.scores(points.collect())


@pytest.mark.parametrize("folder", ["relative/folder", "/nowhere/at/all"])
def test_a_shared_folder_that_is_none_is_refused(spark, alias, conf, regression, folder):
    conf(LIMIT, "10")
    conf(FOLDER, folder)
    with pytest.raises(ConfigurationError, match="PREDICT_INVALID_CONF") as raised:
        bound(spark, alias, regression).register()
    assert f"{FOLDER} is '{folder}'; expected an absolute path" in str(raised.value)


@pytest.mark.parametrize("key", [LIMIT, PROBE])
def test_a_limit_that_is_no_number_names_its_key(spark, alias, conf, regression, key):
    conf(key, "two gigabytes")
    with pytest.raises(ConfigurationError, match="PREDICT_INVALID_CONF") as raised:
        bound(spark, alias, regression).register()
    assert f"{key} is 'two gigabytes'; expected a number of bytes." in str(raised.value)


def test_a_model_above_the_probe_limit_is_loaded_by_the_workers_only_and_info_says_so(
    bind, conf, points, regression
):
    conf(PROBE, "10")
    model = bind(regression)
    assert model._loaded is None
    assert "not loaded when bound" in str(model.info())
    assert by_sql(model, points) == regression.scores(points.collect())
    assert_same_scores(model, points, regression.scores(points.collect()))


@pytest.mark.classic  # of Connect, each session is sent one
def test_the_application_is_sent_one_copy_of_a_model(spark, bind, regression):
    def sent():
        return spark.sparkContext._jsc.sc().addedFiles().size()

    digest = bind(regression).digest
    before = sent()
    bind(regression, "INT")
    bind(regression, as_alias="another name")
    other = sparkpredict.bind_model("INT", "mlflow", "m", str(regression), spark=spark.newSession())
    other.register()
    assert other.digest == digest
    assert sent() == before


@pytest.mark.classic
def test_a_disk_that_is_full_while_the_jvm_unpacks_is_told_with_its_path(spark, bind, regression):
    model = bind(regression, engine="compiled")
    jvm = spark.sparkContext._jvm
    file = jvm.io.sparkpredict.model.ArtifactFile.find(str(model._artifact.path))
    member = jvm.io.sparkpredict.model.Descriptor.of(file).members().values().head()
    pid = jvm.java.lang.ProcessHandle.current().pid()
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (10, before[1]))
    try:
        with pytest.raises(Exception, match=rf"IOException: /\S+{member.sha256()}\S+: ") as raised:
            file.unpacked(member)
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
    assert "File too large" in str(raised.value)
    assert file.unpacked(member).length() == member.size()
