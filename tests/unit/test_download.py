# SPDX-License-Identifier: Apache-2.0
"""A fetch is whole or nothing, whatever the store does meanwhile, and takes nothing unsafe."""

from __future__ import annotations

import io
import os
import sys
import threading

import pytest

from sparkpredict.errors import ModelError
from sparkpredict.sources import download, listing, progress
from sparkpredict.sources.listing import Limits, ModelFile
from stored import FILES, Store, names, read, request


def refused(store, tmp_path, condition, **more):
    """The text of the error; the cache is as it was, and the next fetch works."""
    asked = request(tmp_path, **more)
    with pytest.raises(ModelError) as raised:
        download.tree(store, "memory://here/m", asked)
    assert raised.value.condition == condition
    assert names(tmp_path / "cache") in ([], ["lists", "models", "parts"])
    assert read(download.tree(Store(), "memory://here/m", request(tmp_path)).folder) == FILES
    return str(raised.value)


def naive(store, folder):
    """What a loader does that believes the store."""
    for name, data in store.content.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


@pytest.mark.parametrize(
    "name",
    [
        "../escaped",
        "x/../../escaped",
        "/escaped",
        "a//b",
        "./a",
        "a\\b",
        "a\0b",
        "a" * 256,
        "/".join(["a" * 100] * 11),
    ],
)
def test_a_path_that_is_none_below_the_folder_is_refused(tmp_path, name):
    said = refused(Store({**FILES, name: b""}), tmp_path, "PREDICT_MODEL_FOLDER_UNSAFE")
    assert "nothing of it is kept" in said


def test_a_naive_loader_would_have_been_led_out_of_its_folder(tmp_path):
    naive(Store({"../escaped": b""}), tmp_path / "model")
    assert (tmp_path / "escaped").is_file()


def test_names_that_differ_in_case_only_are_refused(tmp_path):
    store = Store({"MLmodel": b"this", "mlMODEL": b"that"})
    said = refused(store, tmp_path, "PREDICT_MODEL_FOLDER_UNSAFE")
    assert "differ only in upper and lower case" in said
    naive(store, tmp_path / "naive")
    assert len({name.lower() for name in read(tmp_path / "naive")}) == 1, "two files are one"


def test_too_many_files_are_refused_before_more_are_listed(tmp_path):
    seen = []

    class Endless(Store):
        def files(self):
            for at in range(20_000):
                seen.append(at)
                yield ModelFile(str(at), 0, "1")

    said = refused(Endless(), tmp_path, "PREDICT_MODEL_FOLDER_UNSAFE")
    assert "more than 10000 files" in said
    assert len(seen) == 10_001
    seen.clear()
    assert len(list(Endless().files())) == 20_000, "a naive loader asks for all of them"


def test_too_many_bytes_are_refused_before_one_is_asked_for(tmp_path):
    store = Store()
    said = refused(store, tmp_path, "PREDICT_MODEL_FOLDER_UNSAFE", limits=Limits(bytes=3000))
    assert "more than 3000 bytes" in said
    assert store.copies == []
    naive(store, tmp_path / "naive")
    assert sum(map(len, read(tmp_path / "naive").values())) > 3000


class Sized(Store):
    """Says another size than what it sends."""

    def __init__(self, said):
        super().__init__()
        self.said = said

    def files(self):
        return [ModelFile(name, self.said.get(name, len(FILES[name])), "1") for name in FILES]


@pytest.mark.parametrize("size", [2999, 3001, 10**9], ids=["more comes", "less comes", "far less"])
def test_a_file_of_another_size_than_listed_is_refused(tmp_path, size):
    said = refused(Sized({"model.pkl": size}), tmp_path, "PREDICT_REMOTE_FAILED")
    assert f"sent 3000 bytes of model.pkl, which has {size}" in said


def test_a_store_that_tells_no_sizes_is_stopped_at_the_limit(tmp_path):
    store = Sized(dict.fromkeys(FILES))
    refused(store, tmp_path, "PREDICT_MODEL_FOLDER_UNSAFE", limits=Limits(bytes=2000))


def test_a_model_that_changes_meanwhile_is_refused(tmp_path):
    store = Store()
    store.before = lambda name: store.versions.update(MLmodel="2")
    said = refused(store, tmp_path, "PREDICT_MODEL_CHANGED")
    assert "memory://here/m changed while it was read" in said


def test_the_first_failure_ends_the_fetch_and_leaves_nothing(tmp_path):
    store = Store({f"{at:04}": b"x" for at in range(2000)})

    def fail(name):
        raise ConnectionResetError(name)

    store.before = fail
    with pytest.raises(ConnectionResetError):
        download.tree(store, "memory://here/m", request(tmp_path))
    assert names(tmp_path / "cache") == ["lists", "models", "parts"]


def test_files_are_fetched_at_a_time(tmp_path):
    store = Store({str(at): b"" for at in range(4)})
    together = threading.Barrier(4, timeout=10)
    store.before = lambda name: together.wait()
    download.tree(store, "memory://here/m", request(tmp_path))


@pytest.mark.parametrize("tty", [True, False], ids=["in a terminal", "elsewhere"])
def test_a_bar_is_shown_only_where_somebody_looks(monkeypatch, tty):
    screen = io.StringIO()
    screen.isatty = lambda: tty
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(progress, "_SECONDS_UNTIL_SHOWN", 0)
    with progress.shown("s3://b/m", 100) as arrived:
        arrived(50)
        arrived(50)
    assert ("fetching s3://b/m" in screen.getvalue()) == tty


def test_a_link_and_a_pipe_of_a_local_folder_are_refused(tmp_path):
    folder = tmp_path / "m"
    folder.mkdir()
    (folder / "MLmodel").write_text("flavors: {}")
    (tmp_path / "secret").write_text("secret")
    (folder / "stolen").symlink_to(tmp_path / "secret")
    assert read(folder)["stolen"] == b"secret", "a naive loader follows it"
    with pytest.raises(ModelError, match="a link at 'stolen'"):
        listing.checked(listing.below(folder, "m"), Limits(), "m")
    (folder / "stolen").unlink()
    (folder / "out").symlink_to(tmp_path)
    assert (folder / "out" / "secret").read_text() == "secret"
    with pytest.raises(ModelError, match="a link at 'out'"):
        listing.checked(listing.below(folder, "m"), Limits(), "m")
    (folder / "out").unlink()
    os.mkfifo(folder / "pipe")
    threading.Thread(target=(folder / "pipe").write_bytes, args=(b"secret",), daemon=True).start()
    assert (folder / "pipe").read_bytes() == b"secret", "a naive loader reads what is put into it"
    with pytest.raises(ModelError, match="a device or a pipe at 'pipe'"):
        listing.checked(listing.below(folder, "m"), Limits(), "m")
    (folder / "pipe").unlink()
    assert [file.path for file in listing.below(folder, "m")] == ["MLmodel"]
