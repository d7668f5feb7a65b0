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

import numpy as np

from sparkpredict.compile import container
from sparkpredict.onnx import child, entry
from sparkpredict.onnx.rows import rows, width

if TYPE_CHECKING:
    from collections.abc import Callable

    from sparkpredict.onnx.graph import Graph
    from sparkpredict.onnx.rows import Fed

_OPEN_SIZES = (8, 1)  # where a graph leaves the length of a row open


@dataclass(frozen=True)
class Probed:
    """What came of asking a graph in another process.

    Attributes:
        content: the member of the artifact; None where there are no probes.
        reason: why there are none.
        survived: whether that process ended well, so that the graph may be loaded in this one.
        row: the probe that shows the reason, where one does.
        compared: of a converted graph how many rows were compared.
        refused: how many it refuses, as the Python model does.
        ties: for how many its label is another that is as right.
    """

    content: bytes | None = None
    reason: str | None = None
    survived: bool = True
    row: int | None = None
    compared: int = 0
    refused: int = 0
    ties: int = 0


_MOST_VALUES = 1 << 26  # half a gigabyte of float64


def probed(
    graph: Graph,
    path: Path,
    examples: list[list[Any]],
    seconds: float,
    by: Callable[[bytes, float], Probed] | None = None,
    options: dict[str, Any] | None = None,
) -> Probed:
    """Asks a graph in another process, which a crash or a hang may end.

    Args:
        graph: what it says of itself.
        path: the file that a session loads.
        examples: rows that it takes; for each input its values.
        seconds: after which that process is ended.
        by: asks it in place of that process.
        options: the session options that the model was saved with.
    """
    if width(graph, _OPEN_SIZES[0]) > _MOST_VALUES:
        return Probed(reason=f"a row that it takes has more than {_MOST_VALUES} values")
    names = [one.name for one in graph.outputs if one.dtype is not None or one.name in graph.maps]
    is_open = any(-1 in one.shape[1:] for one in graph.inputs)
    found = Probed(reason="it gives no tensor")
    for size in _OPEN_SIZES if is_open else _OPEN_SIZES[-1:] if names else ():
        asked = _asked(graph, path, names, size, examples, seconds, options or {})
        found = (by or _by_child)(asked, seconds)
        if found.content is not None or not found.survived:
            break
    return found


@dataclass(frozen=True)
class Compared:
    """What a converted graph is compared by.

    Attributes:
        fed: rows for each input.
        wrong: which of them the Python model refuses.
        expected: for each output the Python model's answers to the others.
        needed: the outputs that must agree; others that do not are left out.
        precision: ``float`` or ``double``, in which the graph computes.
    """

    fed: list[Fed]
    wrong: Any
    expected: dict[str, Any]
    needed: tuple[str, ...]
    precision: str


def compared(graph: Graph, path: Path, by: Compared, seconds: float) -> Probed:
    """Asks a converted graph likewise, and compares it with the model that it was made of.

    Args:
        graph: what it says of itself.
        path: the file that a session loads.
        by: rows, and the model's answers.
        seconds: after which the process is ended.
    """
    head, arrays = _head(graph, path, list(by.expected), by.fed, seconds)
    told: dict[str, Any] = {}
    for name, values in by.expected.items():
        at = f"expected.{name}"
        if values.dtype.kind in "UO":
            texts = list(dict.fromkeys(str(value) for value in values.ravel()))
            codes = {text: code for code, text in enumerate(texts)}
            made = [codes[str(value)] for value in values.ravel()]
            arrays[at], told[name] = np.asarray(made, dtype=np.int32), {"at": at, "texts": texts}
        else:
            arrays[at], told[name] = values.ravel().astype(np.float64), {"at": at}
    arrays["wrong"] = by.wrong.astype(np.uint8)
    head = {**head, "expected": told, "needed": by.needed, "precision": by.precision}
    return _by_child(container.write(child.MAGIC, head, arrays), seconds)


def _asked(
    graph: Graph,
    path: Path,
    names: list[str],
    size: int,
    examples: list[Any],
    seconds: float,
    options: dict[str, Any],
) -> bytes:
    head, arrays = _head(graph, path, names, rows(graph, size, examples), seconds)
    return container.write(child.MAGIC, {**head, "options": options}, arrays)


def _head(
    graph: Graph, path: Path, names: list[str], fed: list[Fed], seconds: float
) -> tuple[dict[str, Any], dict[str, Any]]:
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
    head = {
        "graph": str(path),
        "rows": len(fed[0].values),
        "inputs": inputs,
        "outputs": names,
        "seconds": int(seconds),
    }
    return head, arrays


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
    if "reason" in head:
        return Probed(reason=head["reason"], row=head.get("row"))
    counts = {name: head.get(name, 0) for name in ("compared", "refused", "ties")}
    return Probed(content, **counts)
