# SPDX-License-Identifier: Apache-2.0
"""The line of docs/azure.md that installs the extra, run in an empty environment."""

import re
import shlex
import subprocess
import sys

from fresh import ROOT, environment
from sparkpredict import __version__

WHEEL = ROOT / "dist" / f"spark_predict-{__version__}-py3-none-any.whl"


def test_the_line_of_the_page_installs_all_that_azure_needs(tmp_path):
    assert WHEEL.is_file(), f"no {WHEEL.name}: run make wheel"
    page = (ROOT / "docs" / "azure.md").read_text(encoding="utf-8")
    line = re.search(r"^pip (install .*)$", page, re.MULTILINE).group(1)
    arguments = shlex.split(line.replace("spark-predict", str(WHEEL)))
    assert f"{WHEEL}[azure]" in arguments
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path)], check=True)
    python = str(tmp_path / "bin" / "python")
    without = environment({"PYTHONPATH": None})
    subprocess.run([python, "-m", "pip", *arguments, "--quiet"], check=True, env=without)
    # Without pyspark, sparkpredict itself is not imported; that it stands beside the SDKs is seen.
    script = (
        "from importlib.util import find_spec\n"
        "import adlfs, azure.core, azure.identity, azure.storage.blob.aio\n"
        "assert find_spec('azure.synapse.ml')\n"
        "assert find_spec('sparkpredict')\n"
    )
    subprocess.run([python, "-c", script], check=True, env=without, cwd=tmp_path)
