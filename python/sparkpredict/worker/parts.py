# SPDX-License-Identifier: Apache-2.0
"""The parts of a classifier's answer, by the names that the driver asks a worker for them.

Beside these there is the place of a class among the classes, as a number.
"""

from __future__ import annotations

LABEL = "label"
LABEL_TEXT = "label text"
PROBABILITY = "probability"
LIST = "list"
MAP = "map"
