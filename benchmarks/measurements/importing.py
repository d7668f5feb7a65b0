# SPDX-License-Identifier: Apache-2.0
"""What `import sparkpredict` takes once pyspark is imported, each time in a new process."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from benchmarks import timing
from benchmarks.session import Setting

PROGRAM = """
import time
from pyspark.sql import SparkSession
started = time.perf_counter()
import sparkpredict
print(time.perf_counter() - started)
"""


def measure(setting: Setting) -> dict[str, Any]:
    """Seconds; the first process only warms the file cache."""
    seconds = [_once() for _ in range(setting.repeats + 1)][1:]
    return {"added": timing.spread(seconds)}


def _once() -> float:
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True
    )
    return float(told.stdout)
