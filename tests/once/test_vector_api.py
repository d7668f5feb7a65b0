# SPDX-License-Identifier: Apache-2.0
"""The kernels' loops in a JVM without Spark: wide registers where Java's Vector API is."""

from __future__ import annotations

import subprocess

import pytest

import checks
from program_jvm import has_wide_registers
from sparkpredict.spark_home import SparkHome, jar

PROGRAM = """
public class Loops {
  public static void main(String[] arguments) {
    System.out.println(io.sparkpredict.kernel.WordLoops.ofThisJvm());
  }
}
"""
MODULE = "--add-modules=jdk.incubator.vector"


@pytest.mark.parametrize("line", ["2.12", "2.13"])
def test_both_jars_use_wide_registers_where_the_module_is(line, tmp_path):
    program = tmp_path / "Loops.java"
    program.write_text(PROGRAM, encoding="utf-8")

    def loops(*options):
        java = f"{checks.jdk_home()}/bin/java"
        ours = jar(SparkHome(folder=tmp_path, spark="", scala=line))
        command = [java, *options, "-cp", str(ours), str(program)]
        run = subprocess.run(command, check=True, capture_output=True, text=True)
        return run.stdout.split()[0]

    assert loops() == "words"
    assert loops(MODULE) == ("vectors" if has_wide_registers() else "words")
