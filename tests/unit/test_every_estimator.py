# SPDX-License-Identifier: Apache-2.0
"""How many of scikit-learn's estimators compile: each is tried, and docs/estimators.md tells."""

from __future__ import annotations

import os
import re

import sklearn

import every_estimator
from fresh import ROOT

PAGE = ROOT / "docs" / "estimators.md"
UPDATE = "SPARKPREDICT_REWRITE_GOLDEN"


def test_every_estimator_is_tried_and_the_page_tells():
    found = every_estimator.every()
    counted = [one for one in found if one.counts]
    share = sum(one.reason is None for one in counted) / len(counted)
    assert share >= 0.8, [one for one in counted if one.reason]
    text = every_estimator.page(found)
    if os.environ.get(UPDATE):
        PAGE.write_text(text, encoding="utf-8")
    told = PAGE.read_text(encoding="utf-8")
    if re.search(r"Each class of scikit-learn (\S+),", told)[1] == sklearn.__version__:
        assert told == text, f"docs/estimators.md is stale; {UPDATE}=1 writes it anew"
