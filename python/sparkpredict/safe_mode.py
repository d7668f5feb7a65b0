# SPDX-License-Identifier: Apache-2.0
"""Safe mode on the side that binds: refuses what can hold code before any of it is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sparkpredict.errors import ModelError
from sparkpredict.worker import loading, safe

if TYPE_CHECKING:
    from sparkpredict.package import Package


def check(package: Package, alias: str, uri: str) -> None:
    """Refuses a model that can hold code. The workers check it again when they load it.

    Args:
        package: what its folder says.
        alias: for error texts.
        uri: for error texts, without secrets.

    Raises:
        ModelError: PREDICT_UNSAFE_FORMAT.
    """
    try:
        safe.check(package.folder, package.flavors)
    except safe.Unsafe as found:
        error = loading.unsafe(found, alias, uri)
        raise ModelError(error.condition, **error.parameters) from None
