# SPDX-License-Identifier: Apache-2.0
"""What went wrong on the way to a store, or on this machine's disk, in our own errors."""

from __future__ import annotations

import errno
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sparkpredict.errors import ModelError, PredictError
from sparkpredict.sources.secrets import masked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NO_ROOM = frozenset({errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EROFS, errno.EACCES})


@contextmanager
def of_the_disk(folder: Path, key: str) -> Iterator[None]:
    """Turns a disk that is full, or may not be written to, into an error with host and path.

    Args:
        folder: what is written.
        key: what can be set to another folder.

    Raises:
        ModelError: instead of such an OSError.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        path = error.filename or folder
        raise ModelError(
            "PREDICT_DISK_FAILED",
            path=path,
            host=socket.gethostname(),
            cause=error.strerror,
            key=key,
        ) from error


@contextmanager
def of_a_store(host: str, what: str) -> Iterator[None]:
    """Turns what a store's client raises into a ModelError.

    Raises:
        ModelError: instead of an error that is not ours, nor one of this machine's disk.
    """
    try:
        yield
    except PredictError:
        raise
    except FileNotFoundError as error:
        raise missing(host, what) from error
    except PermissionError as error:
        raise ModelError(
            "PREDICT_ACCESS_DENIED",
            host=host,
            way="the sign-in of this process",
            status=403,
            cause=first_line(error),
            cure="Check credentials and role, or give storage_options.",
        ) from None
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            raise
        raise ModelError(
            "PREDICT_REMOTE_FAILED",
            host=host,
            problem=f"failed on {what}",
            cause=first_line(error),
            cure="Check host, network and sign-in, and bind again.",
        ) from None


def missing(
    host: str, what: str, cure: str = "Give the folder that holds the file MLmodel."
) -> ModelError:
    """The error of a model that is not there."""
    return ModelError("PREDICT_REMOTE_MODEL_MISSING", what=what, host=host, cure=cure)


def first_line(error: BaseException) -> str:
    """The first line of an error's text, without secrets and the full stop at its end."""
    text = str(error).strip() or type(error).__name__
    return masked(text.splitlines()[0])[:300].rstrip(".")
