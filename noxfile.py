# SPDX-License-Identifier: Apache-2.0
"""The matrix of `make test-all`, one session for each cell: `nox --list`, `nox -k 4.3.0`.

The cells and their environments are those of `tools/`; nox chooses, runs and reports.
"""

from __future__ import annotations

import sys
from pathlib import Path

import nox

sys.path.insert(0, str(Path(__file__).parent / "tools"))

import matrix  # in tools/

nox.options.default_venv_backend = "none"
STEPS, LEFT_OUT = matrix.plan()


@nox.session
@nox.parametrize("step", [nox.param(step.name, id=step.name) for step in STEPS])
def cell(session: nox.Session, step: str) -> None:
    """A Spark with a Python and libraries, a Spark that is refused, or a newer Java."""
    command = (sys.executable, "tools/run_tests.py", "--suite", "matrix", "--only", step)
    session.run(*command, *session.posargs)


@nox.session
def left_out(session: nox.Session) -> None:
    """What this machine cannot run."""
    for sentence in LEFT_OUT:
        session.log(f"left out: {sentence}")
