# SPDX-License-Identifier: Apache-2.0
"""A session of ONNX Runtime as Spark's tasks want one.

Source: https://onnxruntime.ai/docs/performance/tune-performance/threading.html
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import task

# Options that let a session open or write files anywhere.
_OF_FILES = ("path", "file", "folder")
CPU = "CPUExecutionProvider"


def session(path: Path, options: Mapping[str, Any] | None = None) -> Any:
    """Opens a graph.

    Args:
        path: its file; weights in other files lie beside it.
        options: what MLmodel says of the flavor, of which providers and session options count.
    """
    import onnxruntime

    known = set(onnxruntime.get_available_providers())
    wanted = (options or {}).get("providers") or [CPU]
    wanted = [wanted] if isinstance(wanted, str) else wanted
    usable = [tuple(p) if isinstance(p, list) else p for p in wanted if _provider(p) in known]
    return onnxruntime.InferenceSession(
        str(path),
        sess_options=_options(onnxruntime, (options or {}).get("onnx_session_options") or {}),
        providers=usable or [CPU],
    )


def _provider(entry: Any) -> str:
    return str(entry if isinstance(entry, str) else entry[0])


def _options(onnxruntime: Any, stated: Mapping[str, Any]) -> Any:
    """The options of Spark's tasks, and over them those that the model was saved with.

    Source: https://mlflow.org/docs/latest/api_reference/python_api/mlflow.onnx.html, save_model.
    """
    options = _threads(onnxruntime)
    for name in ("intra_op_num_threads", "inter_op_num_threads"):
        if stated.get(name):
            setattr(options, name, int(stated[name]))
    if stated.get("execution_mode"):
        name = f"ORT_{str(stated['execution_mode']).upper()}"
        options.execution_mode = getattr(onnxruntime.ExecutionMode, name)
    if stated.get("graph_optimization_level") is not None:
        level = onnxruntime.GraphOptimizationLevel(int(stated["graph_optimization_level"]))
        options.graph_optimization_level = level
    for key, value in (stated.get("extra_session_config") or {}).items():
        if any(word in str(key) for word in _OF_FILES):
            raise ValueError(f"MLmodel states the session option {key}, which names a file")
        options.add_session_config_entry(str(key), str(value))
    return options


def _threads(onnxruntime: Any) -> Any:
    """A thread for each core of the task; none spins."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = task.cores(1)
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3  # what it warns of is for who exports a graph
    return options
