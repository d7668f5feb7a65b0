# SPDX-License-Identifier: Apache-2.0
"""From a model URI to a folder: schemes, file URIs, and what an error may show of a URI."""

from __future__ import annotations

from pathlib import Path

import pytest

from sparkpredict import sources
from sparkpredict.errors import BindArgumentError, ModelError


@pytest.mark.parametrize(
    "uri",
    [
        pytest.param("{folder}", id="absolute"),
        pytest.param("{folder}/", id="a slash at the end"),
        pytest.param("my model", id="relative"),
        pytest.param("./my model/", id="relative with a dot"),
        pytest.param("file:{folder}", id="file, one slash"),
        pytest.param("file://{folder}", id="file, three slashes"),
        pytest.param("FILE://{folder}", id="file in capitals"),
        pytest.param("file://localhost{folder}", id="file on this host"),
        pytest.param("file:{parent}/my%20model", id="percent-encoded"),
        pytest.param("file:my%20model", id="file, relative"),
    ],
)
def test_a_local_folder_is_found_by(tmp_path, monkeypatch, uri):
    folder = tmp_path / "my model"
    folder.mkdir()
    monkeypatch.chdir(tmp_path)
    text = uri.format(folder=folder, parent=tmp_path)
    assert sources.fetch(text).folder.resolve() == folder
    assert Path(sources.absolute(text)).is_absolute()
    assert Path(sources.absolute(text)).resolve() == folder


def test_the_home_folder_may_be_written_as_a_tilde(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert sources.fetch("~").folder == tmp_path
    assert sources.absolute("~") == str(tmp_path)


def test_a_percent_sign_in_a_plain_path_is_a_percent_sign(tmp_path):
    (tmp_path / "50%20off").mkdir()
    assert sources.fetch(f"{tmp_path}/50%20off").folder.name == "50%20off"


@pytest.mark.parametrize("there", [False, True], ids=["nothing is there", "it is a file"])
def test_a_folder_that_is_missing_is_an_error_that_names_it(tmp_path, there):
    path = tmp_path / "model"
    if there:
        path.write_text("")
    for uri in (str(path), f"file:{path}"):
        with pytest.raises(ModelError, match=f"there is no {path}\\.") as raised:
            sources.fetch(uri)
        assert raised.value.condition == "PREDICT_MODEL_FILE_MISSING"


@pytest.mark.parametrize(
    ("uri", "scheme"),
    [
        pytest.param("ftp://host/m", "ftp", id="in small letters"),
        pytest.param("SFTP://host/m", "sftp", id="in capitals"),
        pytest.param("git+ssh://host/m", "git+ssh", id="with a plus"),
    ],
)
def test_an_unknown_scheme_lists_the_known_ones(uri, scheme):
    with pytest.raises(BindArgumentError) as raised:
        sources.fetch(uri)
    assert raised.value.condition == "PREDICT_UNKNOWN_SCHEME"
    assert f"{uri} has scheme '{scheme}'" in str(raised.value)
    known = "a local path, abfs:, abfss:, aml:, azureml:, dbfs:, file:, gs:, hdfs:, https:, "
    known += "mlflow-artifacts:, models:, runs:, s3:, s3a:."
    assert f"known: {known}" in str(raised.value)
    assert sources.absolute(uri) == uri


def test_the_drive_of_a_windows_path_is_no_scheme():
    with pytest.raises(ModelError, match="PREDICT_MODEL_FILE_MISSING"):
        sources.fetch("C:\\models\\churn")


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("https://me:secret@host/m", "https://...@host/m"),
        ("https://me:s@cret@host/m", "https://...@host/m"),
        ("https://host/m?sig=secret&x=1", "https://host/m?..."),
        ("https://me:secret@host/m?sig=secret", "https://...@host/m?..."),
        ("abfss://fs@account.dfs.core.windows.net/m", "abfss://fs@account.dfs.core.windows.net/m"),
        ("models/churn", "models/churn"),
    ],
)
def test_a_uri_is_shown_without_password_and_query(uri, shown):
    assert sources.redacted(uri) == shown


def test_an_error_shows_no_secret_of_a_uri():
    with pytest.raises(BindArgumentError) as raised:
        sources.fetch("https://me:secret@host/m?sig=secret")
    assert "secret" not in str(raised.value)
    assert "secret" not in str(raised.value.parameters)


def test_a_scheme_of_another_package_is_found_by_its_entry_point(tmp_path, monkeypatch):
    package = tmp_path / "other_scheme-1.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: other-scheme\nVersion: 1\n")
    (package / "entry_points.txt").write_text("[sparkpredict.sources]\nours = other_scheme:fetch\n")
    (tmp_path / "other_scheme.py").write_text(
        "from pathlib import Path\n"
        "from sparkpredict.sources import Fetched\n"
        "def fetch(request):\n"
        "    return Fetched(Path('/there'), request.uri, 'a badge')\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    found = sources.fetch("ours://m")
    assert (found.folder, found.uri, found.sign_in) == (Path("/there"), "ours://m", "a badge")
    with pytest.raises(BindArgumentError, match="models:, ours:"):
        sources.fetch("theirs://m")


@pytest.mark.parametrize("uri", ["abfss://c@a.dfs.core.windows.net/m", "aml://m"])
def test_without_the_extra_the_error_has_the_pip_line(monkeypatch, uri):
    from sparkpredict.azure import extra
    from sparkpredict.errors import ConfigurationError

    monkeypatch.setattr(extra, "find_spec", lambda module: None if module == "adlfs" else True)
    with pytest.raises(ConfigurationError, match=r"pip install 'spark-predict\[azure\]'"):
        sources.fetch(uri)
