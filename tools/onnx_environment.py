# SPDX-License-Identifier: Apache-2.0
"""ONNX Runtime for the JVM, fetched once for all sessions of the tests."""

from __future__ import annotations

import json
from pathlib import Path

import ivy
from venvs import ENVS, Environment, remove
from versions import ROOT

_TOLD = json.loads((ROOT / "python/sparkpredict/resources/onnx-runtime.json").read_text())
_FOLDER = ENVS / "onnx"


def onnx_jar() -> Path:
    """Where the jar is, once it has been fetched."""
    return _FOLDER / f"{_TOLD['artifact']}-{_TOLD['version']}.jar"


def onnx_runtime() -> Environment:
    """The version that ``configure(builder, onnx=True)`` adds."""

    def make() -> None:
        remove(_FOLDER)
        ivy.fetch(_TOLD["group"], _TOLD["artifact"], _TOLD["version"], _FOLDER)

    return Environment(
        folder=_FOLDER,
        recipe=("onnx", *_TOLD.values()),
        announcement=f"adding .venv/envs/onnx: ONNX Runtime {_TOLD['version']} for the JVM",
        make=make,
    )
