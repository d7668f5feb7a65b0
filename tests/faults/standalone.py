# SPDX-License-Identifier: Apache-2.0
"""A standalone cluster of Spark on loopback, whose workers are hosts of their own.

`local-cluster` has one host, where Spark runs no second attempt of a slow task.
"""

from __future__ import annotations

import contextlib
import socket
import subprocess
import time

from fresh import environment, spark_home

DEADLINE_SECONDS = 60


@contextlib.contextmanager
def cluster(folder, hosts=("127.0.0.2", "127.0.0.3")):
    """Starts a master, and on each host a worker of two cores; gives the master's address."""
    port = free_port()
    address = f"spark://127.0.0.1:{port}"
    with contextlib.ExitStack() as running:
        start(running, folder, "master.Master", "--host", "127.0.0.1", "--port", port)
        answers(port)
        for host in hosts:
            of_worker = (
                "--host",
                host,
                "--cores",
                2,
                "--memory",
                "1g",
                "--work-dir",
                folder / host,
            )
            start(running, folder, "worker.Worker", *of_worker, address)
        yield address


def start(running, folder, name, *arguments):
    """A process of the cluster; it is ended with `running`."""
    command = [
        spark_home() / "bin" / "spark-class",
        f"org.apache.spark.deploy.{name}",
        *("--webui-port", 0),
        *arguments,
    ]
    log = running.enter_context((folder / f"{name}-{len(list(folder.iterdir()))}.log").open("wb"))
    process = subprocess.Popen(
        [str(part) for part in command],
        env=environment({"SPARK_HOME": spark_home(), "SPARK_NO_DAEMONIZE": "1"}),
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    running.callback(process.wait, DEADLINE_SECONDS)
    running.callback(process.terminate)


def free_port():
    """One that nothing listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def answers(port):
    """Waits until something listens."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.1)
    raise TimeoutError(f"no master listens on port {port}")
