# SPDX-License-Identifier: Apache-2.0
"""Says what CI's machine lacks, one line each, before anything is downloaded."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable

import checks

PYTHONS = ((3, 10), (3, 11), (3, 12), (3, 13))


def main() -> int:
    """Returns 1 if anything is missing."""
    missing = [
        *(lack for lack in (of_check(checks.python), of_check(checks.jdk_home)) if lack),
        *(f"Python {checks.dotted(each)}" for each in PYTHONS if not checks.find_python(each)),
    ]
    if checks.node_major() < checks.OLDEST_NODE:
        missing.append(f"Node {checks.OLDEST_NODE} or newer (command node)")
    if shutil.which("npm") is None:
        missing.append("npm (command npm), which comes with Node")
    for each in missing:
        print(f"missing: {each}")
    return 1 if missing else 0


def of_check(check: Callable[[], object]) -> str:
    """The sentence of a check that fails, or nothing."""
    try:
        check()
    except checks.Lack as lack:
        return str(lack)
    return ""


if __name__ == "__main__":
    sys.exit(main())
