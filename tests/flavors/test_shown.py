# SPDX-License-Identifier: Apache-2.0
"""The table of docs/flavors.md tells what the other tests of this folder have shown."""

from __future__ import annotations

import os

import pytest
import shown

HOW = f"run {shown.REWRITE}=1 pytest tests/flavors, then tools/docs.py"


@pytest.fixture
def whole(request):
    """Whether all tests of this folder ran, and none failed."""
    session = request.session
    files = {item.path for item in session.items}
    chosen = session.config.option.keyword or any("::" in name for name in session.config.args)
    every = set(shown.FILE.parent.glob("test_*.py"))
    return every <= files and not chosen and not session.testsfailed


def test_the_page_tells_nothing_that_no_test_has_shown(whole):
    if whole and os.environ.get(shown.REWRITE):
        shown.write(shown.rows)
    unproven = shown.told() - shown.rows if whole else set()
    assert not unproven, f"no test showed {unproven}, which {shown.FILE.name} tells; {HOW}"
