# SPDX-License-Identifier: Apache-2.0
"""One Spark Connect server with our jar and our extension for the tests of this folder."""

from __future__ import annotations

import pytest

import connect_server


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The server; sessions that nobody uses end after some seconds."""
    with connect_server.running(tmp_path_factory.mktemp("connect-server")) as started:
        yield started
