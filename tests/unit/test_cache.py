# SPDX-License-Identifier: Apache-2.0
"""The cache of fetched models: content under its digest, what is in use, what goes first."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

import pytest

from sparkpredict.cache import Cache
from sparkpredict.errors import ConfigurationError
from sparkpredict.sources import download
from stored import FILES, Store, names, read, request

TESTS = Path(__file__).resolve().parents[1]


def fetched(store, folder, **more):
    return download.tree(store, "memory://here/m", request(folder, **more))


def test_a_model_is_under_the_documented_digest_of_its_content(tmp_path):
    kept = fetched(Store(), tmp_path)
    lines = [f"{name}\0{len(FILES[name])}\0{sha256(FILES[name]).hexdigest()}\n" for name in FILES]
    assert kept.digest == sha256("".join(sorted(lines)).encode()).hexdigest()
    assert kept.folder == tmp_path / "cache" / "models" / kept.digest
    assert read(kept.folder) == FILES
    assert kept.folder.stat().st_mode & 0o777 == 0o700


def test_an_unchanged_model_is_listed_and_not_fetched_again(tmp_path):
    store = Store()
    first = fetched(store, tmp_path)
    again = fetched(store, tmp_path)
    assert again.folder == first.folder
    assert sorted(store.copies) == sorted(FILES)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda store: store.versions.update(MLmodel="2"), id="another version"),
        pytest.param(lambda store: store.content.update(more=b""), id="a file more"),
        pytest.param(lambda store: store.content.pop("model.pkl"), id="a file less"),
        pytest.param(lambda store: setattr(store, "address", "memory://there/m"), id="moved"),
    ],
)
def test_what_has_changed_in_the_store_is_fetched_again(tmp_path, change):
    store = Store()
    fetched(store, tmp_path)
    store.copies.clear()
    change(store)
    assert read(fetched(store, tmp_path).folder) == store.content
    assert sorted(store.copies) == sorted(store.content)


def test_a_store_without_versions_is_fetched_each_time(tmp_path):
    store = Store(versions=None)
    assert fetched(store, tmp_path).digest == fetched(store, tmp_path).digest
    assert sorted(store.copies) == sorted([*FILES, *FILES])
    assert names(tmp_path / "cache" / "lists") == []


def several(tmp_path, count, max_bytes, **sizes):
    """Fetches models of a thousand bytes, one after the other; returns what holds them."""
    found = []
    for at in range(count):
        store = Store({"MLmodel": bytes([at]) * 1000})
        store.address = f"memory://{at}"
        found.append(fetched(store, tmp_path, max_bytes=max_bytes))
    return found


def there(tmp_path):
    return {folder.name for folder in (tmp_path / "cache" / "models").iterdir()}


def test_what_was_used_longest_ago_goes_first(tmp_path):
    digests = [kept.digest for kept in several(tmp_path, 3, 10_000)]
    for age, digest in enumerate(digests):
        os.utime(tmp_path / "cache" / "models" / digest, (1000 + age, 1000 + age))
    store = Store({"MLmodel": bytes([0]) * 1000})
    store.address = "memory://0"
    fetched(store, tmp_path)  # used again
    store.address, store.content = "memory://4", {"MLmodel": b"4" * 1000}
    newest = fetched(store, tmp_path, max_bytes=3000).digest
    assert there(tmp_path) == {digests[0], digests[2], newest}
    assert len(list((tmp_path / "cache" / "lists").iterdir())) == 3


def test_what_is_in_use_never_goes_also_not_for_another_process(tmp_path):
    first, second = several(tmp_path, 2, 10_000)
    kept_out, second = second.digest, None
    script = (
        "import sys; from pathlib import Path; from sparkpredict.cache import Cache\n"
        "print(Cache(Path(sys.argv[1]), 0).clear())"
    )
    command = [sys.executable, "-c", script, tmp_path / "cache"]
    freed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert int(freed) == 1000
    assert there(tmp_path) == {first.digest}
    assert kept_out not in there(tmp_path)
    digest, first = first.digest, None
    assert Cache(tmp_path / "cache", 0).clear() == 1000, digest
    assert there(tmp_path) == set()


def test_a_cache_that_others_may_write_to_is_refused(tmp_path):
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache").chmod(0o777)
    with pytest.raises(ConfigurationError, match="PREDICT_INVALID_CONF") as raised:
        fetched(Store(), tmp_path)
    assert "a folder that only the user of this process can write to" in str(raised.value)


PROCESS = """
import json, sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from sparkpredict.sources import download
from stored import Store, request, read
store = Store({f"{at}.bin": bytes([at]) * 20_000 for at in range(8)})
store.before = lambda name: time.sleep(float(sys.argv[3]))
print("begun", flush=True)
kept = download.tree(store, "memory://here/m", request(Path(sys.argv[2])))
whole = read(kept.folder) == store.content
print(json.dumps([kept.digest, whole]), flush=True)
"""


def process(tmp_path, seconds):
    command = [sys.executable, "-c", PROCESS, TESTS, tmp_path, str(seconds)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_processes_share_one_model_though_one_is_killed_in_each_round(tmp_path):
    parts = tmp_path / "cache" / "parts"
    for _ in range(3):
        victim = process(tmp_path, 30)
        assert victim.stdout.readline() == "begun\n"
        deadline = time.monotonic() + 20
        while not (parts.is_dir() and any(parts.iterdir())):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        others = [process(tmp_path, 0.01) for _ in range(3)]
        victim.send_signal(signal.SIGKILL)
        victim.wait()
        told = {other.communicate(timeout=60)[0] for other in others}
        assert len(told) == 1
        digest, whole = json.loads(told.pop().splitlines()[1])
        assert whole
        assert there(tmp_path) == {digest}
        with Cache(tmp_path / "cache", 0).part():
            assert len(list(parts.iterdir())) == 1, "what the killed one left is still there"
        Cache(tmp_path / "cache", 0).clear()
        assert there(tmp_path) == set()
