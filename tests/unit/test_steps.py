# SPDX-License-Identifier: Apache-2.0
"""What the steps of the tests leave on the disk, and which JVMs they start."""

from __future__ import annotations

import sys

import pytest

import environments
import run_tests
from fresh import ROOT
from steps import KERNELS, Step, plan
from venvs import Environment

WRITES = """
import os, tempfile
def test_writes():
    assert not {fails}
    tempfile.mkdtemp()
    assert os.environ["TMPDIR"] in os.environ["JAVA_TOOL_OPTIONS"]
"""


@pytest.mark.parametrize(("fails", "in_ci", "kept"), [(0, 0, 0), (1, 0, 1), (1, 1, 0)])
def test_temporary_files_go_with_their_step(tmp_path, monkeypatch, fails, in_ci, kept):
    for name in ("LOGS", "TEMPORARY"):
        monkeypatch.setattr(run_tests, name, tmp_path / name)
    monkeypatch.setattr(run_tests, "IN_CI", bool(in_ci))
    (tmp_path / "LOGS").mkdir()
    test = tmp_path / "test_it.py"
    test.write_text(WRITES.format(fails=fails))
    result = run_tests.run(
        Step("one", (str(test),), "none", sys.executable), ["-p", "no:cacheprovider"]
    )
    assert result.passed == (not fails), result.summary
    assert (tmp_path / "TEMPORARY" / "one").is_dir() == bool(kept)


def test_each_test_of_a_kernel_runs_once_as_users_jvms_compile_it():
    steps, _ = plan()
    compiled = [step for step in steps if step.java_options == ""]
    assert [step.collect for step in compiled] == [KERNELS]
    assert all((ROOT / file).is_file() for file in KERNELS)
    newest = next(step for step in steps if step.name == f"all-{compiled[0].spark}")
    assert {f"--ignore={file}" for file in KERNELS} <= set(newest.collect)


def test_a_run_of_ci_removes_what_an_earlier_purpose_needed(tmp_path, monkeypatch):
    for name in ("ENVS", "SPARKS"):
        monkeypatch.setattr(environments, name, tmp_path / name)
        for folder in ("needed", "done"):
            (tmp_path / name / folder).mkdir(parents=True)
    wanted = Environment(tmp_path / "ENVS" / "needed", (), "", lambda: None)
    environments.keep_only([wanted])
    left = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.glob("*/*"))
    assert left == ["ENVS/needed"]
