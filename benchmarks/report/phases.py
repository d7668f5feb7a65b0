# SPDX-License-Identifier: Apache-2.0
"""Where the time of a query goes: scan, the way to Python and back, the model, writing."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks import timing
from benchmarks.cells import Cell
from benchmarks.report import figures

# Each phase is what a query takes beyond the query before it.
PHASES = {
    "PREDICT": (("scan", "scan"), ("model", "predict"), ("emit", "to_parquet")),
    "pandas UDF": (
        ("scan", "scan"),
        ("transfer", "identity_udf"),
        ("model", "pandas_udf"),
        ("emit", "pandas_udf_to_parquet"),
    ),
}


def of(cells: Sequence[Cell]) -> dict[str, dict[str, float]]:
    """Microseconds a row by phase, for each way and model."""
    found: dict[str, dict[str, float]] = {}
    for model in dict.fromkeys(cell["model"] for cell in cells):
        seconds = {
            cell["peer"]: 1e6 * timing.spread(cell["seconds"])["median"] / cell["rows"]
            for cell in cells
            if cell["model"] == model and figures.is_timed(cell)
        }
        for way, steps in PHASES.items():
            if all(peer in seconds for _, peer in steps):
                before = 0.0
                parts = found.setdefault(f"{way}, {model}", {})
                for phase, peer in steps:
                    # Within noise a query can be quicker than the one before it.
                    parts[phase] = max(seconds[peer] - before, 0.0)
                    before = max(seconds[peer], before)
    return found
