# SPDX-License-Identifier: Apache-2.0
"""Runs sbt without an installed sbt: `sbt.py COMMAND...`, or the sbt shell without a command.

The launcher is fetched by the Ivy that every pyspark carries, so `.venv` must be there. sbt keeps
its own files in `.venv/sbt`; only the cache of downloaded libraries is the user's.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import checks
import ivy
from venvs import SBT
from versions import ROOT


def main(commands: list[str]) -> int:
    """Returns sbt's exit code."""
    try:
        java_home = checks.jdk_home()
        launcher = fetch_launcher()
    except checks.Lack as lack:
        print(lack, file=sys.stderr)
        return 1
    environment = {**os.environ, "JAVA_HOME": java_home}
    arguments = [
        f"{java_home}/bin/java",
        "-Xss4m",
        # javac runs in this JVM, and what it makes of jvm/vectors is loaded here.
        "--add-modules=jdk.incubator.vector",
        "-Dsbt.override.build.repos=true",
        f"-Dsbt.repository.config={ROOT / 'project' / 'repositories'}",
        f"-Dsbt.boot.directory={SBT / 'boot'}",
        f"-Dsbt.global.base={SBT / 'global'}",
        # A second sbt in this folder must not ask whether to talk to the first.
        "-Dsbt.server.autostart=false",
        "-Dsbt.supershell=false",
        # sbt takes CI=true for a terminal that shows colours.
        *([] if sys.stdout.isatty() else ["-Dsbt.color=false"]),
        "-jar",
        str(launcher),
        *commands,
    ]
    # With commands, a broken build must fail and not ask what to do about it.
    stdin = subprocess.DEVNULL if commands else None
    return subprocess.run(arguments, check=False, cwd=ROOT, env=environment, stdin=stdin).returncode


def fetch_launcher() -> Path:
    """Returns the launcher's jar, downloaded at the first use.

    Raises:
        checks.Lack: `.venv` has no pyspark, or the download failed.
    """
    version = sbt_version()
    launcher = SBT / f"sbt-launch-{version}.jar"
    if launcher.is_file():
        return launcher
    print(f"fetching sbt {version} and what it needs (about a minute, once)", flush=True)
    ivy.fetch("org.scala-sbt", "sbt-launch", version, into=SBT)
    return launcher


def sbt_version() -> str:
    """The version that project/build.properties names."""
    properties = (ROOT / "project" / "build.properties").read_text(encoding="utf-8")
    return properties.partition("sbt.version=")[2].split()[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
