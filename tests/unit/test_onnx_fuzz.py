# SPDX-License-Identifier: Apache-2.0
"""Whatever is in a file that is bound as an ONNX graph: a condition, a reason, or a graph."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import onnx_fuzz
from examples import EXAMPLES, SEED
from fresh import ROOT, environment

# A fork costs some hundredths of a second; 20,000 are SPARKPREDICT_EXAMPLES=40000.
COUNT = max(len(onnx_fuzz.SEEDS), EXAMPLES // 2)
_ENDS = re.compile(r"taken|reason|PREDICT_ONNX_[A-Z_]+|probing ended by .+")


def test_mutations_of_graphs_end_in_conditions_and_end_no_process(tmp_path):
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
