# SPDX-License-Identifier: Apache-2.0
"""Compiles a class in Java against the Spark under test, and our own jar."""

from __future__ import annotations

import os
import subprocess
import zipfile
from pathlib import Path

import checks
from fresh import spark_home
from sparkpredict import spark_home as home


def jar(name: str, source: str, folder: Path) -> Path:
    """The jar of one public class, compiled for the oldest Java that a Spark runs on."""
    (folder / f"{name}.java").write_text(source, encoding="utf-8")
    classpath = [str(spark_home() / "jars" / "*"), str(home.jar(home.find()))]
    subprocess.run(
        [
            *(f"{checks.jdk_home()}/bin/javac", "-nowarn", "--release", "8"),
            *("-classpath", os.pathsep.join(classpath), "-d", str(folder)),
            str(folder / f"{name}.java"),
        ],
        check=True,
        capture_output=True,
    )
    path = folder / f"{name}.jar"
    with zipfile.ZipFile(path, "w") as archive:
        for file in folder.glob(f"{name}*.class"):
            archive.write(file, file.name)
    return path
