# SPDX-License-Identifier: Apache-2.0
"""A real Spark Connect server on loopback, with our jar and extension, in a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time

import pytest

from fresh import environment, spark_home
from sparkpredict import spark_home as home
from sparkpredict.session import EXTENSION

START_SECONDS = 120


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The address of the server; its workers run without our package."""
    folder = tmp_path_factory.mktemp("connect-server")
    port = free_port()
    log = (folder / "server.log").open("w")
    process = subprocess.Popen(
        [
            str(spark_home() / "bin" / "spark-submit"),
            *("--class", "org.apache.spark.sql.connect.service.SparkConnectServer"),
            *("--name", "server", "--master", "local[2]"),
            *("--jars", str(home.jar(home.find()))),
            *("--conf", f"spark.sql.extensions={EXTENSION}"),
            *("--conf", "spark.connect.grpc.binding.address=127.0.0.1"),
            *("--conf", f"spark.connect.grpc.binding.port={port}"),
            *("--conf", "spark.ui.enabled=false"),
            *("--conf", "spark.sql.shuffle.partitions=2"),
            "spark-internal",
        ],
        cwd=folder,
        env=environment({"SPARK_HOME": spark_home()}),
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        wait_for(port, process, folder / "server.log")
        yield f"sc://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(60)
        log.close()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port, process, log):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise AssertionError(log.read_text())
