# SPDX-License-Identifier: Apache-2.0
"""A model that writes down how many rows it was given each time, and takes no NULL."""

from __future__ import annotations

from pathlib import Path


def counting(path):
    """2a - b, by name where the columns have these names, else of the first two."""

    def predict(frame):
        if frame.isna().to_numpy().any():
            raise ValueError("a row without a value")
        with Path(path).open("a", encoding="utf-8") as log:
            log.write(f"{len(frame)}\n")
        a, b = ("a", "b") if "a" in frame else frame.columns[:2]
        return frame[a] * 2 - frame[b]

    return predict


def since(log):
    """A function that gives how many rows were scored since it was last called."""

    def rows():
        seen = sum(int(line) for line in log.read_text().split()) if log.exists() else 0
        log.unlink(missing_ok=True)
        return seen

    rows()
    return rows
