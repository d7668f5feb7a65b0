# SPDX-License-Identifier: Apache-2.0
"""Rows of numbers, texts, whole numbers and booleans, with and without holes; and odd ones."""

from __future__ import annotations

import numpy as np
import pandas as pd

from compiled import SPECIAL

RANDOM = np.random.default_rng(5)
N = 300
NUMBERS = pd.DataFrame(RANDOM.normal(size=(N, 3)) * [1, 100, 0.01], columns=["x", "y", "z"])
TARGET = NUMBERS.to_numpy() @ [2.0, -0.3, 50.0] + RANDOM.normal(size=N)
CLASSES = np.select([TARGET < -20, TARGET > 15], ["low", "high"], "middle")
COLORS = np.asarray(["red", "green", "blue", "", "ü"], dtype=object)
MIXED = NUMBERS.assign(
    color=COLORS[RANDOM.integers(0, 5, N)],
    size=np.asarray(["s", "m", "l"], dtype=object)[RANDOM.integers(0, 3, N)],
    k=RANDOM.integers(-2, 5, N),
    flag=RANDOM.random(N) < 0.3,
)
HOLES = MIXED.assign(
    x=MIXED["x"].mask(RANDOM.random(N) < 0.2),
    color=pd.Series(np.where(RANDOM.random(N) < 0.2, np.nan, MIXED["color"]), dtype=object),
)
NONES = HOLES.assign(
    color=pd.Series(np.where(HOLES["color"].isna(), None, HOLES["color"]), dtype=object)
)


def odd(frame):
    """Rows of special numbers, unknown categories and NULL, one feature at a time."""
    rows = []
    for name in frame.columns:
        is_number = frame[name].dtype.kind == "f"
        for value in SPECIAL if is_number else (None, "unknown", "RED", "ü", ""):
            row = frame.iloc[len(rows) % len(frame)].to_dict()
            if is_number or name in {"color", "size"}:
                rows.append({**row, name: value})
    made = pd.DataFrame(rows)[list(frame.columns)]
    return made.astype({n: frame[n].dtype for n in frame.columns if frame[n].dtype.kind in "fib"})
