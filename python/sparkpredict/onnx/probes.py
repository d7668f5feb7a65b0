# SPDX-License-Identifier: Apache-2.0
"""Rows and ONNX Runtime's answers for them, by which another runtime shows that it agrees.

The form: docs/model-plan.md.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sparkpredict.compile import container
from sparkpredict.onnx import child, entry
from sparkpredict.onnx.rows import rows

if TYPE_CHECKING:
    from sparkpredict.onnx.graph import Graph

_OPEN_SIZES = (8, 1)  # where a graph leaves the length of a row open


@dataclass(frozen=True)
class Probed:
    """What came of asking a graph in another process.

    Attributes:
        content: the member of the artifact; None where there are no probes.
        reason: why there are none.
        survived: whether that process ended well, so that the graph may be loaded in this one.
    """

    content: bytes | None = None
    reason: str | None = None
    survived: bool = True


def probed(graph: Graph, path: Path, examples: list[list[Any]], seconds: float) -> Probed:
    """Asks a graph in another process, which a crash or a hang may end.

    Args:
        graph: what it says of itself.
        path: the file that a session loads.
        examples: rows that it takes; for each input its values.
        seconds: after which that process is ended.
    """
    names = [one.name for one in graph.outputs if one.dtype is not None or one.name in graph.maps]
    is_open = any(-1 in one.shape[1:] for one in graph.inputs)
    found = Probed(reason="it gives no tensor")
    for size in _OPEN_SIZES if is_open else _OPEN_SIZES[-1:] if names else ():
        found = _by_child(_asked(graph, path, names, size, examples, seconds), seconds)
        if found.content is not None or not found.survived:
            break
    return found


def _asked(
    graph: Graph, path: Path, names: list[str], size: int, examples: list[Any], seconds: float
) -> bytes:
    fed = rows(graph, size, examples)
    arrays = {f"input.{at}": one.values.reshape(-1) for at, one in enumerate(fed)}
    inputs = [
        {
            **entry.tensor(one),
            "shape": list(given.values.shape[1:]),
            **(
                {"values": f"input.{at}"}
                if given.texts is None
                else {"codes": f"input.{at}", "texts": list(given.texts)}
            ),
        }
        for at, (one, given) in enumerate(zip(graph.inputs, fed))
    ]
    count = len(fed[0].values)
    head = {
        "graph": str(path),
        "rows": count,
        "inputs": inputs,
        "outputs": names,
        "seconds": int(seconds),
    }
    return container.write(child.MAGIC, head, arrays)


def _by_child(asked: bytes, seconds: float) -> Probed:
    with tempfile.TemporaryDirectory(prefix="onnx-probes-") as name:
        question, answer = Path(name) / "asked", Path(name) / "answered"
        question.write_bytes(asked)
        files = [str(question), str(answer)]
        command = [sys.executable, "-m", child.__name__, *files, str(os.getpid())]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        try:
            ended = subprocess.run(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            reason = f"it did not answer its probes within {seconds:g} seconds"
            return Probed(reason=reason, survived=False)
        except OSError as error:
            return Probed(reason=f"no process could be started to ask it: {error}")
        if ended.returncode < 0:
            ended_by = signal.Signals(-ended.returncode).name
            return Probed(reason=f"the process that asked it ended by {ended_by}", survived=False)
        if ended.returncode or not answer.is_file():
            lines = ended.stderr.strip().splitlines() or [f"exit code {ended.returncode}"]
            return Probed(reason=f"asking it failed: {lines[-1][:300]}")
        content = answer.read_bytes()
    head, _ = container.read(child.MAGIC, content)
    return Probed(reason=head["reason"]) if "reason" in head else Probed(content)
