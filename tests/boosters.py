# SPDX-License-Identifier: Apache-2.0
"""What plans of LightGBM and of XGBoost are asked alike."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from compiled import assert_same, compiled


def categories(column: Any, random: Any, letter: str) -> tuple[Any, Any]:
    """A frame with categories of numbers and of texts, and what a target has of them.

    Args:
        column: numbers, the first feature.
        random: where the categories are drawn from.
        letter: the last of the texts, which counts.
    """
    rows = len(column)
    texts = np.asarray(["x", "y", "zz", letter], dtype=object)
    frame = pd.DataFrame({"a": column, "k": random.integers(0, 70, rows)})
    frame["c"] = texts[random.integers(0, 4, rows)]
    return frame, np.where(frame["k"] % 7 == 3, 2.0, 0.0) + (frame["c"] == letter) * 3.0


def odd(letter: str) -> Any:
    """Rows with categories that are unknown, missing, or none."""
    return pd.DataFrame(
        {
            "a": [0.0, np.nan, 0.1, 0.2, 0.3, -1.0, np.inf],
            "k": [np.nan, 2.0, 2.5, -1.0, 70.0, 69.0, 0.0],
            "c": ["x", None, "unknown", "", "zz", letter, "X"],
        }
    )


def assert_other_types_are_the_same(train: Any, frame: Any, target: Any, flavor: str) -> None:
    """Trained on float32, whole numbers and truths, plans still have the library's bits."""
    whole = (frame[["a", "b", "c"]] * 9).astype(np.int64).assign(b=target > 0)
    for data in (frame.astype(np.float32), whole, whole.assign(c=frame["c"])):
        made = compiled(train(data, target), data, flavor)
        assert made.plan.widens
        assert_same(made, data)


def assert_one_leaf_is_the_same(train: Any, flavor: str) -> None:
    """Trees without a test."""
    constant = pd.DataFrame({"a": np.ones(40), "b": np.ones(40)})
    made = compiled(train(constant, np.full(40, 0.1)), constant, flavor)
    assert len(made.plan.forests[0].fields["feature"]) == 0
    assert_same(made, constant.head(2))
