# SPDX-License-Identifier: Apache-2.0
"""The cache of fetched models: content under its digest, what is in use, what goes first."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from examples import EXAMPLES
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


def test_a_cache_that_nothing_was_fetched_into_is_cleared(tmp_path):
    assert Cache(tmp_path, 0).clear() == 0
    assert Cache(tmp_path / "nowhere", 0).clear() == 0


def test_a_cache_that_others_may_write_to_is_refused(tmp_path):
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache").chmod(0o777)
    with pytest.raises(ConfigurationError, match="PREDICT_INVALID_CONF") as raised:
        fetched(Store(), tmp_path)
    assert "a folder that only the user of this process can write to" in str(raised.value)


ROUNDS = """
import json, os, signal, sys, time, traceback
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from sparkpredict.cache import Cache
from sparkpredict.sources import download
from stored import Store, read, request
folder = Path(sys.argv[2])
cache = folder / "cache"

def fetch(answer, begun=None):
    store = Store({f"{at}.bin": bytes([at]) * 20_000 for at in range(8)})

    def stop(name):
        os.write(begun, b"x")
        time.sleep(60)

    if begun is not None:
        store.before = stop
    kept = download.tree(store, "memory://here/m", request(folder))
    told = json.dumps([kept.digest, read(kept.folder) == store.content])
    os.write(answer, told.encode() + b"\\n")

def child(*arguments):
    pid = os.fork()
    if pid == 0:
        try:
            fetch(*arguments)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return pid

def one_round():
    answers, answer = os.pipe()
    begins, begun = os.pipe()
    victim = child(answer, begun)
    os.read(begins, 1)  # it is in the middle of a file
    others = [child(answer) for _ in range(7)]
    os.kill(victim, signal.SIGKILL)
    codes = [os.waitpid(pid, 0)[1] for pid in (victim, *others)]
    os.close(answer)
    with os.fdopen(answers) as told:
        fetched = [json.loads(line) for line in told]
    models = [folder.name for folder in (cache / "models").iterdir()]
    with Cache(cache, 0).part():
        parts = len([*(cache / "parts").iterdir()])
    Cache(cache, 0).clear()
    left = len([*(cache / "models").iterdir()])
    return {"codes": codes, "fetched": fetched, "models": models, "parts": parts, "left": left}

print(json.dumps([one_round() for _ in range(int(sys.argv[3]))]))
"""


def test_eight_processes_share_one_model_though_one_is_killed_in_each_round(tmp_path):
    rounds = max(2, EXAMPLES // 4)  # 50
    command = [sys.executable, "-c", ROUNDS, TESTS, tmp_path, str(rounds)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert len(found) == rounds
    for told in found:
        assert told["codes"] == [signal.SIGKILL, *[0] * 7], done.stderr
        (digest,) = told["models"]
        assert told["fetched"] == [[digest, True]] * 7
        assert told["parts"] == 1, "what the killed one left is still there"
        assert told["left"] == 0
