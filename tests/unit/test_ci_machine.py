# SPDX-License-Identifier: Apache-2.0
"""CI's machine is checked first, and each lack has its line."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import pytest

import checks
import ci_machine
import library_environments
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
    pythons = map(checks.dotted, ci_machine.PYTHONS)
    wanted = ["no Java was found", "Node 20 or newer", "npm", *pythons]
    for lack in wanted:
        assert sum(lack in line for line in lines) == 1, lack


def test_a_java_that_is_not_there_is_named(tmp_path):
    done = checked(PATH=str(tmp_path), HOME=str(tmp_path), JAVA_HOME=str(tmp_path))
    assert f"missing: JAVA_HOME is {tmp_path}, which has no bin/java" in done.stdout


@pytest.mark.parametrize(("gigabytes", "told"), [(7.5, True), (500, False)])
def test_a_disk_without_enough_room_is_named_with_what_it_lacks(monkeypatch, gigabytes, told):
    usage = SimpleNamespace(free=gigabytes * ci_machine.GIGABYTE)
    monkeypatch.setattr(ci_machine.shutil, "disk_usage", lambda folder: usage)
    lacking = f"{ci_machine.DISK_GIGABYTES - gigabytes:.1f} GB of free disk: a run takes up to "
    assert any(lack.startswith(lacking) for lack in ci_machine.lacks()) == told


def test_each_python_that_a_step_of_make_test_needs_is_checked():
    needed = {one.python for one in library_environments.SETS if one.sparks}
    assert {*needed, OLD_PYTHON, USUAL_PYTHON} <= set(ci_machine.PYTHONS)
