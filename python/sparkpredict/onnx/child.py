# SPDX-License-Identifier: Apache-2.0
"""Asks a graph for answers, in a process of its own: ``python -m ... ASKED ANSWERED PARENT``.

A native library can crash or hang; here that is the end of this process only.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np

from sparkpredict.compile import container
from sparkpredict.errors import one_line
from sparkpredict.onnx.asked import MOST_TOLD, Asked, Refused
from sparkpredict.worker.onnx_session import session

MAGIC = b"SPONNX"
_DTYPES = {"float": "float32", "double": "float64"}


def main(asked: Path, answered: Path, parent: int) -> None:
    """Reads rows, and writes the probes, or a head with the reason why there are none."""
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    head, arrays = container.read(MAGIC, asked.read_bytes())
    try:
        made = _answered(head, arrays)
    except Refused as refused:
        made = container.write(MAGIC, {"version": container.VERSION, "reason": str(refused)}, {})
    answered.write_bytes(made)


def _end_with(parent: int) -> None:
    """Ends this process with the one that started it: a graph may never let it notice."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def feed(given: dict[str, Any], values: Any) -> Any:
    """An input's values by the element type that the graph states."""
    if "texts" in given:
        return np.asarray(given["texts"], dtype=object)[values]
    with np.errstate(over="ignore", invalid="ignore"):
        return values.astype(_DTYPES.get(given["type"], given["type"]))


def _answered(head: dict[str, Any], arrays: dict[str, Any]) -> bytes:
    try:
        opened = session(Path(head["graph"]))
    except Exception as error:
        raise Refused(f"ONNX Runtime does not load it: {one_line(error)[:MOST_TOLD]}") from error
    inputs = head["inputs"]
    given = [
        arrays[one.get("values", one.get("codes"))].reshape(head["rows"], *one["shape"])
        for one in inputs
    ]
    feeds = {one["name"]: feed(one, values) for one, values in zip(inputs, given)}
    asked = Asked(opened, head["outputs"], feeds, head["seconds"])
    taken = asked.taken
    kept: dict[str, Any] = {}
    told = []
    for at, (one, values) in enumerate(zip(inputs, given)):
        kept[f"input.{at}"] = values[taken].reshape(-1)
        form = {"codes": one["codes"], "texts": one["texts"]} if "texts" in one else {}
        form = form or {"values": one["values"]}
        told.append({"name": one["name"], "shape": one["shape"], **form})
    made = {
        "version": container.VERSION,
        "rows": len(taken),
        "inputs": told,
        "outputs": {name: asked.answer(name, kept) for name in head["outputs"]},
    }
    return container.write(MAGIC, made, kept)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
