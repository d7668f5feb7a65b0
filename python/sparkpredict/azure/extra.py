# SPDX-License-Identifier: Apache-2.0
"""Whether the libraries of the extra ``azure`` are there."""

from __future__ import annotations

from importlib.util import find_spec

from sparkpredict.errors import ConfigurationError

_MODULES = {"adlfs": "adlfs", "azure.identity": "azure-identity", "azure.core": "azure-core"}


def check(uri: str) -> None:
    """Refuses to go on without them.

    Raises:
        ConfigurationError: one is missing; the error has the pip line.
    """
    for module, package in _MODULES.items():
        if find_spec(module) is None:
            raise ConfigurationError(
                "PREDICT_EXTRA_MISSING",
                uri=uri,
                package=package,
                requirement="'spark-predict[azure]'",
            )
