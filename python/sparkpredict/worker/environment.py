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


@contextmanager
def without_secrets() -> Iterator[None]:
    """Takes the variables of Azure's, Amazon's, Google's and MLflow's sign-ins out of the way.

    They come back, because Spark gives the same process to other people's functions.
    """
    taken = {name: os.environ.pop(name) for name in [*os.environ] if SECRETS.fullmatch(name)}
    try:
        yield
    finally:
        for name, value in taken.items():
            os.environ.setdefault(name, value)
