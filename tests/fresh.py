# SPDX-License-Identifier: Apache-2.0
"""Runs a script in a process of its own, where nothing of this test session is loaded or set."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MARK = "RESULT "
NOT_INHERITED = (
    "PYSPARK_SUBMIT_ARGS",
    "SPARK_CONF_DIR",
    "SPARK_CONNECT_MODE_ENABLED",
    "SPARK_HOME",
    "SPARK_REMOTE",
)

PRELUDE = """
import json
def result(value):
    print("\\nRESULT " + json.dumps(value), flush=True)
"""


def run(script, *arguments, python=sys.executable, cwd=None, seconds=300, **variables):
    """Runs a script and gives what it passed to `result(...)`.

    Args:
        script: Python text; `result(value)` is defined in it.
        arguments: what the script finds in `sys.argv[1:]`.
        python: the interpreter.
        cwd: the working folder; the repository's root if not given.
        seconds: how long it may take.
        variables: environment variables; None removes one.
    """
    done = subprocess.run(
        [str(python), "-c", PRELUDE + textwrap.dedent(script), *map(str, arguments)],
        cwd=cwd or ROOT,
        env=environment({"PYSPARK_PYTHON": python, "PYSPARK_DRIVER_PYTHON": python, **variables}),
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith(MARK)]
    assert done.returncode == 0, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert lines, f"no result\n{done.stdout}\n{done.stderr}"
    return json.loads(lines[-1][len(MARK) :])


def environment(variables):
    """This process' environment without what would choose another Spark, and with some changes."""
    inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    changed = {"SPARK_LOCAL_IP": "127.0.0.1", **inherited, **variables}
    return {name: str(value) for name, value in changed.items() if value is not None}


def spark_home():
    """The folder of the Spark under test."""
    import pyspark

    return Path(pyspark.__file__).parent


def spark_version():
    """(major, minor) of the Spark under test."""
    import pyspark

    return tuple(int(part) for part in pyspark.__version__.split(".")[:2])
