# SPDX-License-Identifier: Apache-2.0
"""The lines of docs/azure.md that install the extra and Azure ML's SDKs, run one after another."""

import re
import shlex
import subprocess
import sys

import pytest

from azure_environments import AZURE_ML_PYTHON
from environments import PYTHON
from fresh import ROOT, environment
from sparkpredict import __version__

WHEEL = ROOT / "dist" / f"spark_predict-{__version__}-py3-none-any.whl"
EXTRA = f"{WHEEL}[azure]"
# What a line adds to the extra, and what can be imported then. Without pyspark, sparkpredict itself
# is not imported; that it stands beside the SDKs is seen.
SDKS = {
    "": "import adlfs, azure.core, azure.identity, azure.storage.blob.aio",
    "azureml-core": (
        "from azureml.core import Model, Workspace\n"
        "from azureml.core.authentication import ServicePrincipalAuthentication"
    ),
    "azure-ai-ml": "from azure.ai.ml import MLClient",
}
OURS = (
    "from importlib.util import find_spec\n"
    "assert find_spec('azure.synapse.ml')\n"
    "assert find_spec('sparkpredict')\n"
)


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """An empty environment's Python."""
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    return str(folder / "bin" / "python")


def lines():
    """What the lines add to the extra, by the arguments of pip."""
    page = (ROOT / "docs" / "azure.md").read_text(encoding="utf-8")
    found = {}
    for line in re.findall(r"^pip (install .*)$", page, re.MULTILINE):
        arguments = shlex.split(line.replace("spark-predict", str(WHEEL)))
        assert arguments[:2] == ["install", EXTRA]
        found[" ".join(arguments[2:])] = arguments
    return found


def test_the_page_has_a_line_for_each_sdk():
    assert list(lines()) == list(SDKS)


@pytest.mark.parametrize("sdk", SDKS)
def test_a_line_of_the_page_installs_all_that_it_says(python, tmp_path, sdk):
    assert WHEEL.is_file(), f"no {WHEEL.name}: run make wheel"
    if sdk == "azureml-core" and PYTHON > AZURE_ML_PYTHON:
        pytest.skip("azureml-core is made for Python 3.11 or older, as the page says")
    without = environment({"PYTHONPATH": None})
    command = [python, "-m", "pip", *lines()[sdk], "--quiet", "--no-compile"]
    subprocess.run(command, check=True, env=without)
    script = f"{SDKS[sdk]}\n{OURS}"
    subprocess.run([python, "-c", script], check=True, env=without, cwd=tmp_path)
