# SPDX-License-Identifier: Apache-2.0
"""Whether a part of a model lets a value in: versions and parameters differ, so it is asked."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np


def takes(method: Callable[[Any], Any], value: float, features: int) -> bool:
    """Whether a method does not raise for a row of one value."""
    with warnings.catch_warnings():  # that it was fitted with names
        warnings.simplefilter("ignore")
        try:
            method(np.full((1, features), value))
        except ValueError:
            return False
    return True
