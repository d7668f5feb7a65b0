# SPDX-License-Identifier: Apache-2.0
"""What a NULL among texts is to the Python model: what pandas makes of Arrow's."""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def null_text() -> Any:
    """None, or NaN since pandas keeps texts in a type of their own."""
    import pyarrow as pa

    return pa.array(["", None]).to_pandas().iloc[1]
