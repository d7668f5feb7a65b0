# SPDX-License-Identifier: Apache-2.0
"""CI's machine is checked first, and each lack has its line."""

from __future__ import annotations

import subprocess
import sys

import checks
import library_environments
from ci_machine import PYTHONS
from fresh import ROOT
from versions import OLD_PYTHON, USUAL_PYTHON


def checked(**variables):
    return subprocess.run(
        [sys.executable, str(ROOT / "tools" / "ci_machine.py")],
        env=variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_everything_that_a_bare_machine_lacks_is_named(tmp_path):
    done = checked(PATH=str(tmp_path), HOME=str(tmp_path))
    assert done.returncode == 1, done.stderr
    lines = done.stdout.splitlines()
    assert all(line.startswith("missing: ") for line in lines)
    wanted = ["no Java was found", "Node 20 or newer", "npm", *map(checks.dotted, PYTHONS)]
    for lack in wanted:
        assert sum(lack in line for line in lines) == 1, lack


def test_a_java_that_is_not_there_is_named(tmp_path):
    done = checked(PATH=str(tmp_path), HOME=str(tmp_path), JAVA_HOME=str(tmp_path))
    assert f"missing: JAVA_HOME is {tmp_path}, which has no bin/java" in done.stdout


def test_each_python_that_a_step_of_make_test_needs_is_checked():
    needed = {one.python for one in library_environments.SETS if one.sparks}
    assert {*needed, OLD_PYTHON, USUAL_PYTHON} <= set(PYTHONS)
