# SPDX-License-Identifier: Apache-2.0
"""A store in memory, which can be told to fail, and what a fetch needs beside it."""

from __future__ import annotations

from sparkpredict.cache import Cache
from sparkpredict.sources.download import OneByOne
from sparkpredict.sources.listing import ModelFile
from sparkpredict.sources.request import Request

FILES = {"MLmodel": b"flavors: {}\n", "model.pkl": b"\x00" * 3000, "deep/er/file": b"deep"}


class Store(OneByOne):
    """Files by their names; the version of each is a number that tests count up.

    Attributes:
        copies: the names of the files that were asked for.
        before: is called before each copy with the file's name.
    """

    address = "memory://here/m"
    host = "memory"

    def __init__(self, files=FILES, versions="1"):
        self.content = dict(files)
        self.versions = dict.fromkeys(files, versions)
        self.copies = []
        self.before = lambda name: None

    def files(self):
        for name, data in self.content.items():
            yield ModelFile(name, len(data), self.versions.get(name, "1"))

    def _copy(self, file, target, arrived):
        self.before(file.path)
        self.copies.append(file.path)
        target.write_bytes(self.content[file.path])
        arrived(len(self.content[file.path]))


def request(folder, max_bytes=1 << 30, **more):
    """A request whose cache is below a folder of the test."""
    return Request("memory://here/m", cache=Cache(folder / "cache", max_bytes), **more)


def names(folder):
    """The files and empty folders below a folder, sorted."""
    found = (path for path in folder.rglob("*") if path.is_file() or not list(path.iterdir()))
    return sorted(path.relative_to(folder).as_posix() for path in found)


def read(folder):
    """The files below a folder, by their names from there."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
