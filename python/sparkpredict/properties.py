# SPDX-License-Identifier: Apache-2.0
"""Reads a file in the format of Java's Properties, as Spark reads spark-defaults.conf.

Source: https://docs.oracle.com/javase/8/docs/api/java/util/Properties.html#load-java.io.Reader-
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ENTRY = re.compile(r"((?:[^\s:=\\]|\\.)+)\s*[:=\s]?\s*(.*)", re.DOTALL)


def read(path: Path) -> dict[str, str]:
    """The settings of a file; of a key that is there twice, the last."""
    settings = {}
    for line in _logical(path.read_text(encoding="utf-8")):
        found = _ENTRY.fullmatch(line)
        if found:
            settings[_plain(found.group(1))] = _plain(found.group(2)).strip()
    return settings


def _logical(text: str) -> Iterator[str]:
    """Lines without comments; a backslash at the end of a line joins the next one to it."""
    pending = ""
    for raw in text.splitlines():
        line = raw.lstrip()
        if not pending and (not line or line[0] in "#!"):
            continue
        backslashes = len(line) - len(line.rstrip("\\"))
        if backslashes % 2:
            pending += line[:-1]
        else:
            yield pending + line
            pending = ""
    if pending:
        yield pending


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)
