# SPDX-License-Identifier: Apache-2.0
"""One line for a table of what an exception says."""

from __future__ import annotations

import re

LONGEST = 160
# What a line begins with that tells what is wrong, as Python and Java write it.
_TELLING = re.compile(r"^\s*(?:Caused by: )?[\w.]*(?:Error|Exception|Throwable|PREDICT_\w+)\b.*:")


def of(error: BaseException) -> str:
    """The last line that names an error, else the first that says anything.

    A worker's error stands inside a trace of Python, inside one of Java; the innermost says why.
    """
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    telling = [line for line in lines if _TELLING.match(line)]
    told = telling[-1] if telling else (lines[0] if lines else "")
    told = told if telling else f"{type(error).__name__}: {told}".rstrip(": ")
    told = " ".join(told.split())
    return told if len(told) <= LONGEST else f"{told[: LONGEST - 3]}..."
