# SPDX-License-Identifier: Apache-2.0
"""Where the figures were measured, without what would name the machine."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

LIBRARIES = (
    "lightgbm",
    "mlflow",
    "numpy",
    "onnxruntime",
    "pandas",
    "pyarrow",
    "pyspark",
    "scikit-learn",
    "spark-predict",
    "xgboost",
    "xgboost-cpu",
)


def describe() -> dict[str, object]:
    return {
        "cores": os.cpu_count(),
        "cpu": _cpu(),
        "python": platform.python_version(),
        "java": _java(),
        "load_at_start": os.getloadavg()[0],
        **{name: version(name) for name in LIBRARIES if _is_installed(name)},
    }


def _is_installed(name: str) -> bool:
    try:
        version(name)
    except PackageNotFoundError:
        return False
    return True


def _cpu() -> str:
    told = Path("/proc/cpuinfo")
    lines = told.read_text().splitlines() if told.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _java() -> str:
    home = os.environ.get("JAVA_HOME")
    java = Path(home) / "bin" / "java" if home else "java"
    told = subprocess.run([java, "-version"], check=True, capture_output=True, text=True)
    return told.stderr.splitlines()[0]
