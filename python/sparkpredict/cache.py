# SPDX-License-Identifier: Apache-2.0
"""The models that were fetched, each whole and under the digest of its content.

``models/DIGEST`` is a model. ``lists/STAMP`` names the digest that a store's list of files, with
their ETags, stood for when it was fetched. ``parts/`` holds what is being fetched. Everything
appears under its name by one rename, so processes need not wait for each other, and one that is
killed leaves a part that the next one removes.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sparkpredict import ceilings, conf, session, ship
from sparkpredict.errors import ConfigurationError
from sparkpredict.folder_lock import Hold, hold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyspark.sql import SparkSession

_MODELS, _LISTS, _PARTS = "models", "lists", "parts"


@dataclass(frozen=True)
class Kept:
    """A model in the cache, which stays there while this object lives.

    Attributes:
        folder: where it is.
        digest: of its content.
        held: what keeps it from being removed.
    """

    folder: Path
    digest: str
    held: Hold


@dataclass(frozen=True)
class Part:
    """A model that is being fetched."""

    folder: Path
    held: Hold


@dataclass(frozen=True)
class Cache:
    """A folder of models.

    Attributes:
        folder: where it is; made at the first use.
        max_bytes: what all models together may take; those in use may take more.
    """

    folder: Path
    max_bytes: int

    def found(self, stamp: str) -> Kept | None:
        """The model that a list of files stood for, if it is still here."""
        try:
            digest = self._at(_LISTS, stamp).read_text(encoding="ascii")
        except FileNotFoundError:
            return None
        folder = self._at(_MODELS, digest)
        held = hold(folder)
        if held is None:
            return None
        with contextlib.suppress(PermissionError):
            os.utime(folder)  # the time of the last use
        return Kept(folder, digest, held)

    @contextlib.contextmanager
    def part(self) -> Iterator[Part]:
        """A new folder to fetch into; what is not kept is removed at the end."""
        self._make()
        _sweep(self.folder / _PARTS)
        held = None
        while held is None:  # None: swept by another process before it was held
            folder = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=self.folder / _PARTS))
            held = hold(folder, alone=True)
        try:
            yield Part(folder, held)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def keep(self, part: Part, digest: str, stamp: str | None) -> Kept:
        """Gives a whole model its name, and makes room.

        Args:
            part: the model.
            digest: of its content.
            stamp: the list of files that stands for it; None where the store tells no versions.
        """
        target = self._at(_MODELS, digest)
        part.held.share()
        kept = None
        while kept is None:
            kept = _named(part, target, digest)
        os.utime(target)
        if stamp is not None:
            self._write(self._at(_LISTS, stamp), digest)
        self._make_room()
        return kept

    def drop(self, kept: Kept) -> None:
        """Takes away a model whose files are not what its name says, also from who uses it."""
        self._take_away(kept.folder)

    def clear(self) -> int:
        """Removes what is not in use; returns the bytes that this freed."""
        if not (self.folder / _MODELS).is_dir():
            return 0
        _sweep(self.folder / _PARTS)
        sizes = {folder: _size(folder) for folder in self._models()}
        return sum(size for folder, size in sizes.items() if self._remove(folder))

    def _make_room(self) -> None:
        models = self._models()
        sizes = {folder: _size(folder) for folder in models}
        total = sum(sizes.values())
        for folder in models:
            if total > self.max_bytes and self._remove(folder):
                total -= sizes[folder]
        for listed in (self.folder / _LISTS).iterdir():
            with contextlib.suppress(FileNotFoundError):
                if not self._at(_MODELS, listed.read_text(encoding="ascii")).is_dir():
                    listed.unlink()

    def _models(self) -> list[Path]:
        """All models, the one that was used longest ago first."""
        used = {}
        for folder in (self.folder / _MODELS).iterdir():
            with contextlib.suppress(FileNotFoundError):
                used[folder] = folder.stat().st_mtime_ns
        return sorted(used, key=lambda folder: used[folder])

    def _remove(self, folder: Path) -> bool:
        """Removes a model unless it is in use."""
        held = hold(folder, alone=True)
        if held is None or not held.locked:
            return False
        self._take_away(folder)
        held.close()
        return True

    def _take_away(self, folder: Path) -> None:
        """First its name, so that nobody finds a half."""
        gone = Path(tempfile.mkdtemp(prefix="removed-", dir=self.folder / _PARTS))
        with contextlib.suppress(FileNotFoundError):  # another process was faster
            folder.rename(gone / folder.name)
        shutil.rmtree(gone, ignore_errors=True)

    def _write(self, path: Path, text: str) -> None:
        handle, partial = tempfile.mkstemp(dir=self.folder / _PARTS)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
        Path(partial).replace(path)

    def _at(self, room: str, name: str) -> Path:
        return self.folder / room / name

    def _make(self) -> None:
        for room in (_MODELS, _LISTS, _PARTS):
            (self.folder / room).mkdir(mode=0o700, parents=True, exist_ok=True)
        state = self.folder.stat()
        own = not hasattr(os, "getuid") or state.st_uid == os.getuid()
        if not own or state.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise ConfigurationError(
                "PREDICT_INVALID_CONF",
                key=conf.CACHE_DIR,
                value=self.folder,
                expected="a folder that only the user of this process can write to",
            )


def clear(spark: SparkSession | None = None) -> int:
    """Removes all fetched models that no process has bound.

    Args:
        spark: the session whose ``cacheDir`` is meant; the active one if not given.

    Returns:
        The number of bytes that this freed.

    Raises:
        ConfigurationError: there is no session.

    Example:
        >>> import sparkpredict
        >>> sparkpredict.cache.clear()  # doctest: +SKIP
        104857600
    """
    return of(session.given_or_active(spark)).clear()


def of(spark: SparkSession) -> Cache:
    """The cache of a session.

    Raises:
        ConfigurationError: ``cacheDir`` or ``cacheMaxBytes`` is not what it must be.
    """
    told = ceilings.path(spark, conf.CACHE_DIR)
    size = conf.size(spark, conf.CACHE_MAX_BYTES)
    return Cache(Path(told).expanduser().absolute() if told else default(), size)


def default() -> Path:
    """``sparkpredict`` in the user's folder for caches; a temporary one where there is none."""
    home = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    folder = Path(home) / "sparkpredict"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:  # an account without a home, as in many containers
        return ship.staging() / "cache"
    return folder


def _named(part: Part, target: Path, digest: str) -> Kept | None:
    """The part under its name, or what has that name; None where that was just removed."""
    try:
        part.folder.rename(target)
    except OSError:
        if not target.is_dir():
            raise
        held = hold(target)
        return Kept(target, digest, held) if held is not None else None
    return Kept(target, digest, part.held)


def _sweep(parts: Path) -> None:
    """Removes what processes left that are gone."""
    for left in parts.iterdir() if parts.is_dir() else ():
        held = hold(left, alone=True)
        if held is not None and held.locked:
            shutil.rmtree(left, ignore_errors=True)
            held.close()


def _size(folder: Path) -> int:
    total = 0
    for found in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):
            total += found.lstat().st_size if found.is_file() else 0
    return total
