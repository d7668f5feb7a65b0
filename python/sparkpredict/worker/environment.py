# SPDX-License-Identifier: Apache-2.0
"""Keeps the cloud's secrets out of a model's sight: a worker inherits them, a model needs none."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

SECRETS = re.compile(
    r"(AZURE|AWS|ARM|IDENTITY|MSI)_.*|MLFLOW_TRACKING_(?!URI$).*|DATABRICKS_(TOKEN|CLIENT_SECRET)"
    r"|GOOGLE_APPLICATION_CREDENTIALS"
)


# Their address is no secret, unless a password stands in it.
_ADDRESSES = frozenset({"MLFLOW_REGISTRY_URI", "MLFLOW_TRACKING_URI"})


@contextmanager
def without_secrets() -> Iterator[None]:
    """Takes the variables of Azure's, Amazon's, Google's and MLflow's sign-ins out of the way.

    They come back, because Spark gives the same process to other people's functions.
    """
    taken = {name: os.environ.pop(name) for name in [*os.environ] if _is_secret(name)}
    try:
        yield
    finally:
        for name, value in taken.items():
            os.environ.setdefault(name, value)


def _is_secret(name: str) -> bool:
    return bool(SECRETS.fullmatch(name)) or (name in _ADDRESSES and "@" in os.environ[name])
