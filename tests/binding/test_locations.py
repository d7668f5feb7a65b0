# SPDX-License-Identifier: Apache-2.0
"""Where a model may stand, and that it is the bound copy that scores."""

from __future__ import annotations

import shutil

import pytest

import sparkpredict
from scores import assert_same_scores, by_sql, sql
from sparkpredict.errors import BindArgumentError


@pytest.mark.parametrize(
    "uri",
    [
        pytest.param("{folder}", id="an absolute path"),
        pytest.param("{folder}/", id="a slash at the end"),
        pytest.param("my models/m", id="a relative path"),
        pytest.param("./my models/m/", id="a relative path with a dot and a slash"),
        pytest.param("file:{folder}", id="a file URI with one slash"),
        pytest.param("file://{encoded}/", id="a file URI with three slashes"),
    ],
)
def test_a_model_is_bound_from(bind, points, regression, tmp_path, monkeypatch, uri):
    folder = tmp_path / "my models" / "m"
    shutil.copytree(regression, folder)
    monkeypatch.chdir(tmp_path)
    encoded = str(folder).replace(" ", "%20")
    model = bind(uri.format(folder=folder, encoded=encoded))
    assert by_sql(model, points) == regression.scores(points.collect())
    assert model.uri == str(folder)
    assert model.info().uri == str(folder)


def test_a_path_object_is_a_path(spark, alias, regression):
    model = sparkpredict.bind_model("DOUBLE", "mlflow", alias, regression.folder)
    assert model.uri == str(regression)


def test_the_four_arguments_are_positional_in_this_order_or_named(spark, alias, regression):
    by_place = sparkpredict.bind_model("INT", "mlflow", alias, str(regression))
    by_name = sparkpredict.bind_model(
        model_uri=str(regression),
        model_alias=alias,
        runtime="mlflow",
        return_types="INT",
        aml_workspace=object(),
    )
    for model in (by_place, by_name):
        assert model.alias == alias
        assert model.return_type.simpleString() == "int"
        assert model.register() is model
    by_name.unregister()


def test_extra_files_belong_to_the_model(bind, points, regression, tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(regression, folder)
    before = bind(folder).digest
    (folder / "args.json").write_text("{}")
    (folder / "a folder").mkdir()
    (folder / "a folder" / "notes.txt").write_text("notes")
    model = bind(folder)
    assert model.digest != before
    assert by_sql(model, points) == regression.scores(points.collect())


def test_what_is_bound_scores_also_when_its_folder_is_gone(bind, points, regression, tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(regression, folder)
    model = bind(folder)
    shutil.rmtree(folder)
    assert_same_scores(model, points, regression.scores(points.collect()))


def test_the_digest_that_info_shows_pins_the_model(bind, points, regression):
    digest = bind(regression).info().digest
    pinned = bind(regression, digest=digest)
    assert pinned.digest == digest
    assert sql(pinned, points).count() == points.count()


def test_a_model_with_another_digest_than_the_pinned_one_is_refused(
    spark, alias, regression, reordered
):
    pin = sparkpredict.bind_model("DOUBLE", "mlflow", alias, str(reordered)).digest
    with pytest.raises(BindArgumentError, match="PREDICT_DIGEST_MISMATCH") as raised:
        sparkpredict.bind_model("DOUBLE", "mlflow", alias, str(regression), digest=pin)
    text = str(raised.value)
    assert f"the model at {regression} has digest " in text
    assert f"but {pin} is pinned. The model has changed: bind it without the pin" in text
    assert alias not in sparkpredict.models(spark)


def test_the_same_files_have_the_same_digest_wherever_they_are(bind, regression, tmp_path):
    shutil.copytree(regression, tmp_path / "copy")
    assert bind(regression).digest == bind(tmp_path / "copy").digest
