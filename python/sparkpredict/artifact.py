# SPDX-License-Identifier: Apache-2.0
"""Makes the one zip in which a model crosses to Spark: the folder and its descriptor."""

from __future__ import annotations

import hashlib
import os
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sparkpredict.descriptor import MEMBER
from sparkpredict.errors import ModelError
from sparkpredict.worker.artifact import MODEL_PREFIX, TreeDigest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sparkpredict.descriptor import Descriptor

_Seen = dict[Path, tuple[int, int, int]]


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
    """A copy of a model folder that has no descriptor yet."""

    path: Path
    digest: str
    seen: _Seen

    def finish(
        self, descriptor: Descriptor, members: Mapping[str, bytes] | None = None
    ) -> Artifact:
        """Adds the descriptor and names the zip by its content, all or nothing.

        Args:
            descriptor: what the name is made of, beside the digest of the folder.
            members: other files by name, of which the descriptor tells what they are.

        Raises:
            ModelError: a file of the folder has changed since it was copied.
        """
        for path, state in self.seen.items():
            if not path.is_file() or _state(path) != state:
                self.discard()
                raise ModelError("PREDICT_MODEL_CHANGED", path=path)
        text = descriptor.to_json()
        named = hashlib.sha256(f"{self.digest}\n{text}".encode()).hexdigest()
        target = self.path.with_name(f"predict-{named}.zip")
        if target.exists():  # Spark's file server reads it, and refuses other bytes of that name
            self.discard()
            return Artifact(target, self.digest)
        with zipfile.ZipFile(self.path, "a") as archive:
            archive.writestr(zipfile.ZipInfo(MEMBER), text)
            for name, content in (members or {}).items():
                archive.writestr(zipfile.ZipInfo(name), content)
        self.path.replace(target)
        return Artifact(target, self.digest)

    def discard(self) -> None:
        """Removes the copy, unless it was finished."""
        self.path.unlink(missing_ok=True)


def draft(folder: Path, staging: Path) -> Draft:
    """Copies a model folder into a zip and digests it on the way, in chunks.

    Stored, not compressed: models are mostly numbers, and executors unpack it at once.

    Args:
        folder: the model folder.
        staging: where the zip goes.

    Raises:
        ModelError: a file changed while it was read.
    """
    digest = TreeDigest()
    seen: _Seen = {}
    partial = staging / f"{os.getpid()}-{os.urandom(4).hex()}.part"
    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_STORED) as archive:
            for path in _files(folder):
                seen[path] = _state(path)
                relative = path.relative_to(folder).as_posix()
                entry = zipfile.ZipInfo(MODEL_PREFIX + relative)
                with (
                    path.open("rb") as source,
                    archive.open(entry, "w", force_zip64=True) as target,
                ):
                    digest.copy(relative, source, target)
                if _state(path) != seen[path]:
                    raise ModelError("PREDICT_MODEL_CHANGED", path=path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return Draft(partial, digest.hexdigest(), seen)


def _files(folder: Path) -> list[Path]:
    """All files but what Python leaves behind when it loads a model's own code."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in found if "__pycache__" not in path.parts)


def _state(path: Path) -> tuple[int, int, int]:
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns
