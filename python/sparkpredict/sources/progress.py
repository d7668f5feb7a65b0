# SPDX-License-Identifier: Apache-2.0
"""A bar for long fetches, where somebody looks: in a terminal or a notebook."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SECONDS_UNTIL_SHOWN = 2


@contextmanager
def shown(uri: str, total: int) -> Iterator[Callable[[int], object]]:
    """Takes the numbers of bytes as they arrive.

    Args:
        uri: the model as errors show it.
        total: the bytes that are to come.
    """
    if not _interactive():
        yield lambda _size: None
        return
    from tqdm.auto import tqdm

    with tqdm(
        total=total,
        desc=f"fetching {uri}",
        unit="B",
        unit_scale=True,
        delay=_SECONDS_UNTIL_SHOWN,
        leave=False,
    ) as bar:
        yield bar.update


def _interactive() -> bool:
    return "ipykernel" in sys.modules or bool(sys.stderr and sys.stderr.isatty())
