# SPDX-License-Identifier: Apache-2.0
"""What a Spark task owns: its cores, and the GPUs that it was given."""

from __future__ import annotations

import os


def cores(otherwise: int) -> int:
    """How many threads a library may start, of which Spark tells by this variable.

    Args:
        otherwise: the answer where nobody tells, as on the driver.
    """
    told = os.environ.get("OMP_NUM_THREADS", "")
    return int(told) if told.isdecimal() and int(told) > 0 else otherwise
