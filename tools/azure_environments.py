# SPDX-License-Identifier: Apache-2.0
"""What the tests of Azure need: Microsoft's storage emulator, and its SDKs."""

from __future__ import annotations

import subprocess
import sys

from venvs import ENVS, Environment, base_interpreter, create_venv, install, remove
from versions import ROOT

AZURITE = ROOT / "tests" / "azure"
AZURE_ML = ENVS / "azureml"

# Azure ML's own SDKs, to which the main environment must not owe anything.
AZURE_ML_LIBRARIES = (
    "azureml-core",
    "azure-ai-ml",
    "adlfs>=2024.4",
    "azure-identity>=1.15",
    "cryptography",
    "hatchling",
    "mlflow",
    "pandas",
    "pyarrow",
    "pytest",
    "scikit-learn",
    "skops",
)
# The last Python that azureml-core is made for.
AZURE_ML_PYTHON = (3, 11)


def azurite() -> Environment:
    """Microsoft's storage emulator, of the versions in the lock file."""
    lock = AZURITE / "package-lock.json"

    def make() -> None:
        subprocess.run(
            ["npm", "ci", "--no-audit", "--no-fund", "--silent"], check=True, cwd=AZURITE
        )

    return Environment(
        folder=AZURITE / "node_modules",
        recipe=("azurite", lock.read_text(encoding="utf-8")),
        announcement="adding Azurite to tests/azure (about a minute, once)",
        make=make,
    )


def azure_ml_environment() -> Environment:
    """Azure ML's SDKs as a user has them; Spark comes by way of PYTHONPATH."""

    def make() -> None:
        remove(AZURE_ML)
        create_venv(base_interpreter(), AZURE_ML)
        install(AZURE_ML, *AZURE_ML_LIBRARIES)
        install(AZURE_ML, "--no-deps", "--no-build-isolation", "-e", str(ROOT))

    return Environment(
        folder=AZURE_ML,
        recipe=("azureml", sys.version, *AZURE_ML_LIBRARIES),
        announcement="making .venv/envs/azureml, with Azure ML's SDKs (about two minutes, once)",
        make=make,
    )
