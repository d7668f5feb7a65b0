# SPDX-License-Identifier: Apache-2.0
"""What is measured without peers that take turns on a workload: each gives figures of its own."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

NAMES = ("importing", "binding", "planning", "onnx_large", "fetching")


def _of(name: str) -> Callable[[Any], dict[str, Any]]:
    def measure(setting: Any) -> dict[str, Any]:
        found: dict[str, Any] = import_module(f"benchmarks.measurements.{name}").measure(setting)
        return found

    return measure


MEASUREMENTS = {name: _of(name) for name in NAMES}
