# SPDX-License-Identifier: Apache-2.0
"""What `make test-all` runs on top: the other cells of Spark, Python and libraries."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import checks
from environments import PYTHON
from foreign_environments import FOREIGN
from library_environments import OLDEST, SETS
from steps import CONTRACT, VERSIONS, Step, on_libraries, step, to_install
from venvs import VENV
from versions import supported, tested


def plan() -> tuple[list[Step], list[str]]:
    """The steps, and a sentence for each that cannot be run here."""
    cells = (of_libraries(), of_foreign_sparks(), of_a_newer_java())
    return [s for steps, _ in cells for s in steps], [m for _, missing in cells for m in missing]


def of_libraries() -> tuple[list[Step], list[str]]:
    """The contract on each Spark with the oldest and the newest libraries, and more Pythons."""
    sparks = {entry.spark: entry for entry in tested()}
    steps, missing = [], []
    for one in SETS:
        if not one.interpreter.is_file():
            missing.append(f"Spark {', '.join(one.more)} on Python {one.told}: {to_install(one)}")
            continue
        for spark in one.more:
            name = f"libraries-{spark}-{one.name}"
            steps.append(on_libraries(name, CONTRACT, sparks[spark], one))
    return steps, missing


def of_foreign_sparks() -> tuple[list[Step], list[str]]:
    """Sessions of Sparks that no jar of ours serves."""
    steps, missing = [], []
    for one in FOREIGN:
        python = VENV / "bin" / "python" if one.is_home else OLDEST.interpreter
        if not python.is_file():
            missing.append(f"Spark {one.spark}: {to_install(OLDEST)}")
            continue
        name = f"refused-{one.folder.name}"
        folder, home = (None, one.folder) if one.is_home else (one.folder, None)
        refused = Step(name, ("tests/refused",), one.spark, python, folder)
        steps.append(replace(refused, spark_home=home))
    return steps, missing


def of_a_newer_java() -> tuple[list[Step], list[str]]:
    """The newest Spark on the newest JDK that is here."""
    home = checks.newest_jdk_home()
    if home is None:
        return [], [f"a newer Java: install a JDK newer than {checks.JDK} into /usr/lib/jvm"]
    engines = ("tests/engines/test_compiled.py", "tests/engines/test_onnx_engine.py")
    newest = supported(PYTHON)[-1]
    newer = step(f"java-{newest.spark}", (*VERSIONS, *engines), newest)
    return [replace(newer, java_home=Path(home))], []
