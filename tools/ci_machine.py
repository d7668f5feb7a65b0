# SPDX-License-Identifier: Apache-2.0
"""Says what CI's machine lacks, one line each, before anything is downloaded."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable

import checks

PYTHONS = ((3, 10), (3, 11), (3, 12), (3, 13))
OLDEST_NODE = 20


def main() -> int:
    """Returns 1 if anything is missing."""
    missing = [
        *(lack for lack in (of_check(checks.python), of_check(checks.jdk_home)) if lack),
        *(f"Python {checks.dotted(each)}" for each in PYTHONS if not checks.find_python(each)),
    ]
    if node_major() < OLDEST_NODE:
        missing.append(f"Node {OLDEST_NODE} or newer (command node)")
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


def node_major() -> int:
    """The major version of Node, 0 if there is none."""
    node = shutil.which("node")
    if node is None:
        return 0
    printed = subprocess.run([node, "--version"], check=False, capture_output=True, text=True)
    found = re.match(r"v(\d+)", printed.stdout)
    return int(found.group(1)) if found else 0


if __name__ == "__main__":
    sys.exit(main())
