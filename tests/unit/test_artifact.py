# SPDX-License-Identifier: Apache-2.0
"""The one zip of a model: digested while it is copied, unpacked whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import zipfile

import pytest

from sparkpredict import artifact
from sparkpredict.descriptor import Descriptor, Member
from sparkpredict.errors import ModelError
from sparkpredict.worker.artifact import published, unpack

FILES = {"MLmodel": b"flavors: {}\n", "data/model.pkl": b"\x00\x01" * 900_000, "a file": b""}


@pytest.fixture
def folder(tmp_path):
    for name, content in FILES.items():
        path = tmp_path / "model" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "model"


@pytest.fixture
def staging(tmp_path):
    (tmp_path / "staging").mkdir()
    return tmp_path / "staging"


def finished(folder, staging):
    draft = artifact.draft(folder, staging)
    return draft.finish(Descriptor(digest=draft.digest, flavor="pyfunc", layout="frame"))


def contents(folder):
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_what_is_unpacked_is_what_was_packed(folder, staging, tmp_path):
    made = finished(folder, staging)
    unpacked = unpack(made.path, tmp_path / "executor", made.digest)
    assert contents(unpacked) == FILES
    assert unpack(made.path, tmp_path / "executor", made.digest) == unpacked


def test_a_file_is_told_where_it_lies_and_numbers_lie_there_as_in_a_file(folder, staging):
    draft = artifact.draft(folder, staging)
    content = draft.path.read_bytes()
    assert set(draft.starts) == set(FILES)
    for name, start in draft.starts.items():
        assert content[start : start + len(FILES[name])] == FILES[name]
        assert start % 64 == 0


def test_the_same_model_again_leaves_what_the_file_server_reads_untouched(folder, staging):
    made = finished(folder, staging)
    before = made.path.stat()
    again = finished(folder, staging)
    assert again == made
    assert (made.path.stat().st_ino, made.path.stat().st_mtime_ns) == (
        before.st_ino,
        before.st_mtime_ns,
    )
    assert list(staging.iterdir()) == [made.path]


def test_another_descriptor_is_another_file(folder, staging):
    made = finished(folder, staging)
    draft = artifact.draft(folder, staging)
    other = draft.finish(Descriptor(digest=draft.digest, flavor="sklearn", layout="frame"))
    assert other.digest == made.digest
    assert other.path != made.path


def test_the_zip_holds_the_descriptor_and_the_model_uncompressed(folder, staging):
    made = finished(folder, staging)
    with zipfile.ZipFile(made.path) as archive:
        names = sorted(archive.namelist())
        descriptor = json.loads(archive.read("descriptor.json"))
        assert archive.getinfo("model/data/model.pkl").compress_type == zipfile.ZIP_STORED
    assert names == ["descriptor.json", *(f"model/{name}" for name in sorted(FILES))]
    assert descriptor["digest"] == made.digest
    assert descriptor["version"] == 1


def test_the_digest_is_of_names_and_bytes_and_of_nothing_else(folder, staging, tmp_path):
    digest = artifact.draft(folder, staging).digest
    assert len(digest) == 64
    os.utime(folder / "MLmodel", (1, 1))
    (folder / "an empty folder").mkdir()
    (folder / "data" / "__pycache__").mkdir()
    (folder / "data" / "__pycache__" / "code.pyc").write_bytes(b"left behind by Python")
    assert artifact.draft(folder, staging).digest == digest
    folder.rename(tmp_path / "elsewhere")
    assert artifact.draft(tmp_path / "elsewhere", staging).digest == digest


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda f: (f / "MLmodel").write_bytes(b"flavors: []\n"), id="a byte"),
        pytest.param(lambda f: (f / "a file").rename(f / "b file"), id="a name"),
        pytest.param(lambda f: (f / "a file").unlink(), id="a file less"),
        pytest.param(lambda f: (f / "another").touch(), id="a file more"),
        pytest.param(lambda f: (f / "a file").rename(f / "data" / "a file"), id="a folder"),
    ],
)
def test_any_change_of_a_file_changes_the_digest(folder, staging, change):
    before = artifact.draft(folder, staging).digest
    change(folder)
    assert artifact.draft(folder, staging).digest != before


def test_the_digest_does_not_depend_on_the_order_in_which_files_were_written(tmp_path, staging):
    digests = set()
    for order in (sorted(FILES), sorted(FILES, reverse=True)):
        folder = tmp_path / str(len(digests))
        for name in order:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(FILES[name])
        digests.add(artifact.draft(folder, staging).digest)
    assert len(digests) == 1


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda f: (f / "MLmodel").write_bytes(b"flavors: {}\n"), id="written again"),
        pytest.param(lambda f: (f / "MLmodel").write_bytes(b"something else"), id="other bytes"),
        pytest.param(lambda f: (f / "MLmodel").unlink(), id="removed"),
    ],
)
def test_a_file_that_changes_before_the_end_is_refused_by_name(folder, staging, change):
    draft = artifact.draft(folder, staging)
    os.utime(folder / "MLmodel", ns=(1, draft.seen[folder / "MLmodel"][2] + 1))
    change(folder)
    with pytest.raises(ModelError, match="PREDICT_MODEL_CHANGED") as raised:
        draft.finish(Descriptor(digest=draft.digest, flavor="pyfunc", layout="frame"))
    assert f"{folder / 'MLmodel'} changed while it was read" in str(raised.value)
    assert not list(staging.glob("predict-*"))


def test_a_copy_that_fails_leaves_nothing_behind(folder, staging, monkeypatch):
    def fail(self, path, source, target):
        target.write(b"half")
        raise OSError("the disk is full")

    monkeypatch.setattr(artifact.TreeDigest, "copy", fail)
    with pytest.raises(OSError, match="the disk is full"):
        artifact.draft(folder, staging)
    assert list(staging.iterdir()) == []


def test_a_draft_that_is_not_wanted_leaves_nothing_behind(folder, staging, tmp_path):
    """A bind that fails after the copy, and a file that changed, must not fill the disk."""
    draft = artifact.draft(folder, staging)
    (folder / "MLmodel").unlink()
    with pytest.raises(ModelError):
        draft.finish(Descriptor(digest=draft.digest, flavor="pyfunc", layout="frame"))
    assert list(staging.iterdir()) == []


def tampered(made, change):
    """The same zip with other members."""
    with zipfile.ZipFile(made.path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(made.path, "w") as archive:
        for name, content in change(members).items():
            archive.writestr(name, content)
    return made


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda m: {**m, "model/MLmodel": b"other"}, id="other bytes"),
        pytest.param(lambda m: {**m, "model/code.py": b""}, id="a file more"),
        pytest.param(
            lambda m: {k: v for k, v in m.items() if k != "model/a file"}, id="a file less"
        ),
        pytest.param(lambda m: {**m, "model/../../escaped": b""}, id="a path out of the folder"),
    ],
)
def test_a_zip_that_was_tampered_with_is_refused_and_leaves_nothing(
    folder, staging, tmp_path, change
):
    made = tampered(finished(folder, staging), change)
    executor = tmp_path / "executor"
    with pytest.raises(ValueError, match=r"digest|unsafe"):
        unpack(made.path, executor, made.digest)
    assert [path.suffix for path in executor.iterdir()] == [".lock"]
    assert not list(tmp_path.rglob("escaped"))


def test_a_zip_with_an_absolute_path_is_refused_before_it_is_written(folder, staging, tmp_path):
    escaped = tmp_path / "escaped"
    made = tampered(finished(folder, staging), lambda m: {f"model/{escaped}": b"", **m})
    assert tmp_path / str(escaped) == escaped, "joined to a folder it takes the folder's place"
    with pytest.raises(ValueError, match="unsafe"):
        unpack(made.path, tmp_path / "executor", made.digest)
    assert not escaped.exists()


def test_a_broken_zip_leaves_nothing(folder, staging, tmp_path):
    made = finished(folder, staging)
    with made.path.open("r+b") as zip_file:
        zip_file.truncate(500_000)
    with pytest.raises(zipfile.BadZipFile):
        unpack(made.path, tmp_path / "executor", made.digest)
    assert not [path for path in (tmp_path / "executor").iterdir() if path.is_dir()]


def test_processes_that_unpack_at_once_share_one_whole_copy(folder, staging, tmp_path):
    made = finished(folder, staging)
    script = (
        "import sys; from pathlib import Path; from sparkpredict.worker.artifact import unpack\n"
        "folder = unpack(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])\n"
        "assert (folder / 'MLmodel').read_bytes()\n"
        "print(folder.stat().st_ino, (folder / 'data/model.pkl').stat().st_ino)"
    )
    command = [sys.executable, "-c", script, made.path, tmp_path / "executor", made.digest]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(6)]
    seen = {process.communicate(timeout=120)[0] for process in processes}
    assert [process.returncode for process in processes] == [0] * 6
    assert len(seen) == 1
    names = sorted(path.name for path in (tmp_path / "executor").iterdir())
    assert names == [f"predict-{made.digest}", f"predict-{made.digest}.lock"]


def test_a_part_for_the_jvm_is_told_of_with_size_and_digest(folder, tmp_path):
    made = artifact.draft(folder, tmp_path)
    member = made.add("plan.bin", b"some bytes")
    assert member == Member(size=10, sha256=hashlib.sha256(b"some bytes").hexdigest())
    described = Descriptor(
        digest=made.digest, flavor="pyfunc", layout="frame", members={"plan.bin": member}
    )
    finished = made.finish(described)
    with zipfile.ZipFile(finished.path) as archive:
        assert archive.read("plan.bin") == b"some bytes"
        assert archive.getinfo("plan.bin").compress_type == zipfile.ZIP_STORED
        told = json.loads(archive.read("descriptor.json"))["members"]
    assert told == {"plan.bin": {"size": 10, "sha256": member.sha256}}
    assert contents(unpack(finished.path, tmp_path / "executor", finished.digest)) == FILES


def test_a_published_file_is_found_also_in_a_folder_that_is_not_told(tmp_path):
    there = tmp_path / "a session" / "predict-1.zip"
    there.parent.mkdir()
    with pytest.raises(FileNotFoundError):
        published("predict-1.zip", tmp_path)
    there.write_bytes(b"")
    assert published("predict-1.zip", tmp_path) == there
    (tmp_path / "predict-1.zip").write_bytes(b"")
    assert published("predict-1.zip", tmp_path) == tmp_path / "predict-1.zip"
    assert published(str(there), tmp_path / "elsewhere") == there
