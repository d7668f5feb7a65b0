# SPDX-License-Identifier: Apache-2.0
"""Signing in reads Hadoop's configuration as the session's own readers see it."""

from __future__ import annotations

import pytest

from sparkpredict import connect


def test_a_setting_of_the_session_is_seen(spark, conf):
    key = "fs.azure.account.key.acct.dfs.core.windows.net"
    assert connect.hadoop_settings(spark)(key) is None
    conf(key, "a key")
    assert connect.hadoop_settings(spark)(key) == "a key"


@pytest.mark.classic  # a client of Connect sees what its session shows
def test_a_setting_of_hadoop_itself_is_seen(spark):
    assert connect.hadoop_settings(spark)("fs.defaultFS") == "file:///"
