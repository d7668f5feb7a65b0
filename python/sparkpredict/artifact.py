# SPDX-License-Identifier: Apache-2.0
"""Makes the one zip in which a model crosses to Spark: the folder and its descriptor."""

from __future__ import annotations

import hashlib
import os
import struct
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sparkpredict.descriptor import MEMBER, Member
from sparkpredict.errors import ModelError
from sparkpredict.worker.artifact import MODEL_PREFIX, TreeDigest

if TYPE_CHECKING:
    from sparkpredict.descriptor import Descriptor

_Seen = dict[Path, tuple[int, int, int]]
_ALIGNMENT = 64  # bytes: a cache line, and more than any number takes
_HEADER = 30 + 20  # bytes before a name, and after it for sizes of 64 bits
_FIELD = "<HH"  # tag and length of what else a header holds
_PADDING = 0xD935  # the tag of a field that holds nothing, as Android's zipalign has it


@dataclass(frozen=True)
class Artifact:
    """A published model.

    Attributes:
        path: the zip.
        digest: SHA-256 of the model folder, 64 hexadecimal digits.
    """

    path: Path
    digest: str


@dataclass(frozen=True)
class Draft:
    """A copy of a model folder that has no descriptor yet.

    Attributes:
        path: the zip.
        digest: of the folder.
        seen: how the files were when they were copied.
        starts: where in the zip the bytes of each file of the folder start.
    """

    path: Path
    digest: str
    seen: _Seen
    starts: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, content: bytes) -> Member:
        """Adds a part for the JVM. The descriptor must be told of it."""
        with zipfile.ZipFile(self.path, "a") as archive:
            archive.writestr(zipfile.ZipInfo(name), content)
        return Member(size=len(content), sha256=hashlib.sha256(content).hexdigest())

    def finish(self, descriptor: Descriptor) -> Artifact:
        """Adds the descriptor and names the zip by its content, all or nothing.

        Raises:
            ModelError: a file of the folder has changed since it was copied.
        """
        for path, state in self.seen.items():
            if not path.is_file() or _state(path) != state:
                self.discard()
                raise ModelError("PREDICT_MODEL_CHANGED", path=path)
        text = descriptor.to_json()
        content = hashlib.sha256(f"{self.digest}\n{text}".encode()).hexdigest()
        target = self.path.with_name(f"predict-{content}.zip")
        if target.exists():  # Spark's file server reads it, and refuses other bytes of that name
            self.discard()
            return Artifact(target, self.digest)
        with zipfile.ZipFile(self.path, "a") as archive:
            archive.writestr(zipfile.ZipInfo(MEMBER), text)
        self.path.replace(target)
        return Artifact(target, self.digest)

    def discard(self) -> None:
        """Removes the copy, unless it was finished."""
        self.path.unlink(missing_ok=True)


def draft(folder: Path, staging: Path) -> Draft:
    """Copies a model folder into a zip and digests it on the way, in chunks.

    Stored, not compressed: models are mostly numbers, and executors unpack it at once, or read
    numbers where they are, so that these lie as they do in a file of their own.

    Args:
        folder: the model folder.
        staging: where the zip goes.

    Raises:
        ModelError: a file changed while it was read.
    """
    digest = TreeDigest()
    seen: _Seen = {}
    starts: dict[str, int] = {}
    partial = staging / f"{os.getpid()}-{os.urandom(4).hex()}.part"
    try:
        with (
            partial.open("wb") as file,
            zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive,
        ):
            for path in _files(folder):
                seen[path] = _state(path)
                relative = path.relative_to(folder).as_posix()
                entry = _aligned(zipfile.ZipInfo(MODEL_PREFIX + relative), file.tell())
                with (
                    path.open("rb") as source,
                    archive.open(entry, "w", force_zip64=True) as target,
                ):
                    starts[relative] = file.tell()
                    digest.copy(relative, source, target)
                if _state(path) != seen[path]:
                    raise ModelError("PREDICT_MODEL_CHANGED", path=path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return Draft(partial, digest.hexdigest(), seen, starts)


def _aligned(entry: zipfile.ZipInfo, at: int) -> zipfile.ZipInfo:
    """An entry at a place of the zip, with so much padding that its bytes start at a round one."""
    start = at + _HEADER + len(entry.filename.encode()) + struct.calcsize(_FIELD)
    padding = -start % _ALIGNMENT
    entry.extra = struct.pack(_FIELD, _PADDING, padding) + bytes(padding)
    return entry


def _files(folder: Path) -> list[Path]:
    """All files but what Python leaves behind when it loads a model's own code."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in found if "__pycache__" not in path.parts)


def _state(path: Path) -> tuple[int, int, int]:
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns
