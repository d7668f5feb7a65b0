# SPDX-License-Identifier: Apache-2.0
"""Says what CI's machine lacks, one line each, before anything is downloaded."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable

import checks
from versions import ROOT

GIGABYTE = 1 << 30
# With nothing in any cache the environments of `make test` take 7 GB, those of the flavors 9; the
# rest is room for what tests write, of which a model of 3 GB, zipped and unpacked, is the most.
DISK_GIGABYTES = 30

PYTHONS = ((3, 10), (3, 11), (3, 12), (3, 13))


def main() -> int:
    """Returns 1 if anything is missing."""
    missing = lacks()
    for each in missing:
        print(f"missing: {each}")
    return 1 if missing else 0


def lacks() -> list[str]:
    """A sentence for each thing that is missing."""
    missing = [
        *(lack for lack in (of_check(checks.python), of_check(checks.jdk_home)) if lack),
        *(f"Python {checks.dotted(each)}" for each in PYTHONS if not checks.find_python(each)),
    ]
    if checks.node_major() < checks.OLDEST_NODE:
        missing.append(f"Node {checks.OLDEST_NODE} or newer (command node)")
    if shutil.which("npm") is None:
        missing.append("npm (command npm), which comes with Node")
    free = shutil.disk_usage(ROOT).free / GIGABYTE
    if free < DISK_GIGABYTES:
        missing.append(
            f"{DISK_GIGABYTES - free:.1f} GB of free disk: a run takes up to {DISK_GIGABYTES} GB, "
            f"and {ROOT} has {free:.1f} GB left"
        )
    return missing


def of_check(check: Callable[[], object]) -> str:
    """The sentence of a check that fails, or nothing."""
    try:
        check()
    except checks.Lack as lack:
        return str(lack)
    return ""


if __name__ == "__main__":
    sys.exit(main())
