# SPDX-License-Identifier: Apache-2.0
"""Marks a folder as in use, for all processes of this machine that share a file system.

The mark is a lock of the kernel on the folder itself: it ends with the process, however that ends,
and leaves nothing behind.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class Hold:
    """A folder that nobody else removes, until this is closed or collected.

    Attributes:
        locked: whether the kernel knows of it; not on Windows, nor on some network file systems.
    """

    def __init__(self, handle: int, *, locked: bool) -> None:
        self._handle = handle
        self.locked = locked

    def share(self) -> None:
        """Lets others hold the folder too, where it was held alone."""
        if self.locked:
            import fcntl

            fcntl.flock(self._handle, fcntl.LOCK_SH)

    def close(self) -> None:
        """Gives the folder back."""
        handle, self._handle = self._handle, -1
        if handle >= 0:
            os.close(handle)

    def __del__(self) -> None:
        self.close()


def hold(folder: Path, *, alone: bool = False) -> Hold | None:
    """Holds a folder together with others, or alone; never waits.

    Args:
        folder: what is held.
        alone: whether nobody else may hold it, as one must who removes it.

    Returns:
        None where the folder is gone, or held by others in the other way.
    """
    try:
        import fcntl
    except ImportError:  # Windows
        return Hold(-1, locked=False) if folder.is_dir() else None
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except (FileNotFoundError, NotADirectoryError):
        return None
    held = Hold(handle, locked=True)
    try:
        fcntl.flock(handle, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return None
    except OSError:  # NFS locks no folders
        held.locked = False
    # It may have been renamed or removed since it was opened.
    return held if folder.is_dir() and folder.stat().st_ino == os.fstat(handle).st_ino else None
