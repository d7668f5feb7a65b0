# SPDX-License-Identifier: Apache-2.0
"""Whatever is in a file that is bound as an ONNX graph: a condition, a reason, or a graph."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import checks
import javac
import onnx_fuzz
from examples import EXAMPLES, SEED
from fresh import ROOT, environment, spark_home
from onnx_environment import onnx_jar
from sparkpredict import spark_home as home

# A fork costs some hundredths of a second; 20,000 are SPARKPREDICT_EXAMPLES=40000.
COUNT = max(len(onnx_fuzz.SEEDS), EXAMPLES // 2)
_ENDS = re.compile(r"taken|reason|PREDICT_ONNX_[A-Z_]+|probing ended by .+")


OPEN_ALL = """
import io.sparkpredict.engine.onnx.*;
import io.sparkpredict.engine.onnx.ort.OrtRuntime;
import java.io.File;

public class OpenAll {
  public static void main(String[] folder) throws Exception {
    SessionSettings settings =
        new SessionSettings(
            1, 1, false, SessionSettings.Level.ALL_OPT, false, -1, new java.util.HashMap<>());
    int ran = 0;
    int refused = 0;
    for (File file : new File(folder[0]).listFiles((in, name) -> name.startsWith("taken-"))) {
      try (TensorSession session = new OrtRuntime().open(file.getPath(), settings)) {
        Tensor[] inputs = tensors(session.inputs());
        Tensor[] outputs = tensors(session.outputs());
        try (TensorRun run = session.prepare(inputs, outputs)) {
          run.run(2);
        }
        ran++;
      } catch (TensorException | ArithmeticException | OutOfMemoryError said) {
        refused++;
      }
    }
    System.out.println(ran + " " + refused);
  }

  private static Tensor[] tensors(TensorType[] types) {
    Tensor[] made = new Tensor[types.length];
    for (int k = 0; k < types.length; k++) {
      long[] row = types[k] == null ? null : types[k].row();
      for (int d = 0; row != null && d < row.length; d++) {
        row[d] = row[d] < 0 ? 1 : row[d];
      }
      if (row != null) {
        made[k] = new Tensor(new TensorType(types[k].name(), types[k].kind(), row), 2);
      }
    }
    return java.util.Arrays.stream(made).filter(java.util.Objects::nonNull).toArray(Tensor[]::new);
  }
}
"""


def test_mutations_of_graphs_end_in_conditions_and_end_no_process_and_no_jvm(tmp_path):
    ended = subprocess.run(
        [sys.executable, onnx_fuzz.__file__, str(tmp_path), str(COUNT), str(SEED)],
        env=environment({"PYTHONPATH": f"{ROOT / 'python'}:{ROOT / 'tests'}"}),
        capture_output=True,
        text=True,
        check=False,
    )
    last = (tmp_path / "last.txt").read_text()
    assert ended.returncode == 0, f"{last}: {ended.stderr[-2000:]}"
    found = json.loads(ended.stdout.splitlines()[-1])
    assert sum(found.values()) == COUNT
    assert all(_ENDS.fullmatch(end) for end in found), (last, found)
    assert found["PREDICT_ONNX_MODEL_INVALID"]
    assert found.get("taken", 0) + found.get("reason", 0)
    ran, refused = _in_the_jvm(tmp_path)
    assert ran + refused == found.get("taken", 0)


def _in_the_jvm(folder):
    """How many of those that are taken the JVM's library runs too, and how many it refuses."""
    compiled = javac.jar("OpenAll", OPEN_ALL, folder)
    jars = [compiled, home.jar(home.find()), onnx_jar(), spark_home() / "jars" / "*"]
    ended = subprocess.run(
        [
            f"{checks.jdk_home()}/bin/java",
            "-cp",
            os.pathsep.join(map(str, jars)),
            "OpenAll",
            folder,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    ran, refused = ended.stdout.split()
    return int(ran), int(refused)
