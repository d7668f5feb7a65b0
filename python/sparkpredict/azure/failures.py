# SPDX-License-Identifier: Apache-2.0
"""What went wrong on the way to Azure, in our own errors: which host, which way, what to do."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    ServiceRequestError,
    ServiceResponseError,
)

from sparkpredict.errors import ModelError
from sparkpredict.sources.failures import first_line

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOB_READER = "the role 'Storage Blob Data Reader' on the storage account"
WORKSPACE_READER = "the role 'AzureML Data Scientist' on the workspace"
LIST_SECRETS = (
    "the action Microsoft.MachineLearningServices/workspaces/datastores/listSecrets/action on the "
    "workspace, which the role 'Contributor' has,"
)


@contextmanager
def explained(host: str, way: str, role: str, missing: str = "") -> Iterator[None]:
    """Turns what the Azure libraries raise into a ModelError.

    Args:
        host: who was asked.
        way: the way of sign-in.
        role: what the signed-in identity needs there.
        missing: what does not exist where the answer is 404.

    Raises:
        ModelError: instead of an AzureError, or an OSError of adlfs.
    """
    try:
        yield
    except (AzureError, PermissionError, FileNotFoundError) as error:
        raise _told(error, host, way, role, missing) from None


def sign_in_failed(error: Exception, host: str, way: str) -> ModelError:
    """The error of a sign-in that gave no token."""
    return ModelError(
        "PREDICT_SIGN_IN_FAILED",
        host=host,
        way=way,
        cause=first_line(error),
        cure="Check that the identity exists and its secret has not expired, then bind again.",
    )


def _told(error: Exception, host: str, way: str, role: str, missing: str) -> ModelError:
    status = _status(error)
    if status in {401, 403} or isinstance(error, (ClientAuthenticationError, PermissionError)):
        return ModelError(
            "PREDICT_ACCESS_DENIED",
            host=host,
            way=way,
            status=status or 403,
            cause=first_line(error),
            cure=f"Give that identity {role} or sign in in another way."
            if status == 403
            else "Check that the key, SAS or token is right and has not expired.",
        )
    if status == 404 or isinstance(error, FileNotFoundError):
        return ModelError(
            "PREDICT_REMOTE_MODEL_MISSING",
            what=missing or "what was asked for",
            host=host,
            cure="Check the names in model_uri.",
        )
    unanswered = isinstance(error, (ServiceRequestError, ServiceResponseError))
    return ModelError(
        "PREDICT_REMOTE_FAILED",
        host=host,
        problem="cannot be reached" if unanswered else f"answered HTTP {status}",
        cause=first_line(error),
        cure="Wait and bind again." if status == 429 else "Check host and network, and bind again.",
    )


def _status(error: BaseException | None) -> int | None:
    while error is not None:
        if isinstance(error, HttpResponseError) and error.status_code:
            return int(error.status_code)
        error = error.__cause__ or error.__context__
    return None
