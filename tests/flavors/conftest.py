# SPDX-License-Identifier: Apache-2.0
"""Keeps what is compared here for the table of docs/flavors.md; its test comes last."""

from __future__ import annotations

import pytest
import shown

import scores

LAST = "test_shown.py"


def pytest_configure(config):
    scores.listeners.append(shown.note)


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: item.path.name == LAST)


@pytest.fixture
def written(request):
    """What this process, Spark's JVM and its workers have written since it was asked last."""
    capture = request.config.pluginmanager.getplugin("capturemanager")
    return lambda: "".join(capture.read_global_capture())
