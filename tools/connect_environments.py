# SPDX-License-Identifier: Apache-2.0
"""What the tests of Spark Connect need: a client without Spark's jars, and an older server."""

from __future__ import annotations

import ivy
from venvs import (
    ENVS,
    Environment,
    base_interpreter,
    constraints,
    create_venv,
    install,
    remove,
)
from versions import ROOT, Tested

CLIENT = ENVS / "client"
CONNECT = ENVS / "connect"

# The newest that is published without Spark's jars.
CLIENT_SPARK = "pyspark-client==4.2.0"
# What a user of a model needs there.
LIBRARIES = ("pandas", "pyarrow", "numpy", "scikit-learn", "mlflow-skinny", "skops")


def client_environment(main: Environment) -> Environment:
    """A client of Spark Connect where Spark itself is elsewhere: no jar, no JVM."""
    wanted = (CLIENT_SPARK, *LIBRARIES)

    def make() -> None:
        remove(CLIENT)
        create_venv(base_interpreter(), CLIENT)
        install(CLIENT, "--constraint", constraints(CLIENT), *wanted, "hatchling")
        install(CLIENT, "--no-deps", "--no-build-isolation", "-e", str(ROOT))

    return Environment(
        folder=CLIENT,
        recipe=("client", *main.recipe, *wanted),
        announcement=f"making .venv/envs/client, with {CLIENT_SPARK} alone (about a minute, once)",
        make=make,
    )


def connect_server(entry: Tested) -> Environment:
    """The jar of a Connect server that the wheel of that Spark does not carry."""

    def make() -> None:
        remove(CONNECT)
        ivy.fetch("org.apache.spark", f"spark-connect_{entry.scala}", str(entry.connect), CONNECT)

    return Environment(
        folder=CONNECT,
        recipe=("connect", entry.scala, str(entry.connect)),
        announcement=f"adding .venv/envs/connect: the Connect server of Spark {entry.connect}",
        make=make,
    )
