# SPDX-License-Identifier: Apache-2.0
"""A real Spark Connect server on loopback, in a process of its own, as an admin starts one."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from connect_environments import CONNECT as CONNECT_JARS
from fresh import ROOT, environment, spark_home, spark_version
from sparkpredict import spark_home as home
from sparkpredict.diagnosis import EXTENSION

# Whether the session of the tests is a client of such a server.
CONNECT = os.environ.get("SPARKPREDICT_CONNECT") == "1"

START_SECONDS = 120
# The Python of its workers: one that has never seen our package.
WORKER = ROOT / ".venv" / "envs" / "worker" / "bin" / "python"
CLASS = "org.apache.spark.sql.connect.service.SparkConnectServer"


@dataclass(frozen=True)
class Server:
    """A server that runs.

    Attributes:
        url: what SPARK_REMOTE is set to.
        log: its output.
        local: the folder in which it and its executors keep their files.
    """

    url: str
    log: Path
    local: Path


@contextmanager
def running(
    folder: Path,
    conf: dict[str, str] | None = None,
    *,
    master: str = "local[2]",
    configured: bool = True,
    jars: tuple[str, ...] = (),
    python: Path | str = WORKER,
) -> Iterator[Server]:
    """A server for the time of a block.

    Args:
        folder: where its log and its files go.
        conf: further settings.
        master: where its executors run.
        configured: whether our jar and our extension are there.
        jars: further jars for the server's own class path.
        python: what its workers run.
    """
    port, log, local = free_port(), folder / "server.log", folder / "local"
    settings = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(port),
        "spark.local.dir": str(local),
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.executor.memory": "1g",
        **(conf or {}),
    }
    # The wheels of Spark 3 carry no server.
    named = [*jars, *(str(jar) for jar in CONNECT_JARS.glob("*.jar") if spark_version() < (4, 0))]
    if configured:
        named.append(str(home.jar(home.find())))
        settings["spark.sql.extensions"] = EXTENSION
    command = [
        str(spark_home() / "bin" / "spark-submit"),
        *("--class", CLASS, "--name", "server", "--master", master),
        *(("--jars", ",".join(named)) if named else ()),
        *(part for key, value in settings.items() for part in ("--conf", f"{key}={value}")),
        "spark-internal",
    ]
    with log.open("w") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment(
                {
                    "SPARK_HOME": spark_home(),
                    "PYSPARK_PYTHON": python,
                    "PYSPARK_DRIVER_PYTHON": None,
                    "PYTHONPATH": None,
                    "SPARK_REMOTE": None,
                }
            ),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_for(port, process, log)
        yield Server(f"sc://127.0.0.1:{port}", log, local)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(60)


def free_port() -> int:
    """A port of loopback that nothing listens to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise AssertionError(log.read_text())
