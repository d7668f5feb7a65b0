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
from sparkpredict.onnx.asked import MOST_TOLD, PRECISIONS, Asked, Refused
from sparkpredict.worker.onnx_session import session

MAGIC = b"SPONNX"
_DTYPES = {"float": "float32", "double": "float64"}


def main(asked: Path, answer: Path, parent: int) -> None:
    """Reads rows, and writes the probes, or a head with the reason why there are none."""
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    head, arrays = container.read(MAGIC, asked.read_bytes())
    try:
        made = answered(head, arrays)
    except Refused as refused:
        told = {"reason": str(refused), "row": refused.row}
        made = container.write(MAGIC, {"version": container.VERSION, **told}, {})
    answer.write_bytes(made)


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


def answered(head: dict[str, Any], arrays: dict[str, Any]) -> bytes:
    """The probes of a graph.

    Raises:
        Refused: it has none.
    """
    try:
        stated = {"onnx_session_options": head.get("options")}
        opened = session(Path(head["graph"]), stated)
    except Exception as error:
        told = one_line(error).replace(head["graph"], "it")[:MOST_TOLD]
        raise Refused(f"ONNX Runtime does not load it: {told}") from error
    inputs = head["inputs"]
    given = [
        arrays[one.get("values", one.get("codes"))].reshape(head["rows"], *one["shape"])
        for one in inputs
    ]
    feeds = {one["name"]: feed(one, values) for one, values in zip(inputs, given)}
    precision = PRECISIONS[head.get("precision", "float")]
    asked = Asked(opened, head["outputs"], feeds, head["seconds"], precision)
    compared = _compared(asked, head, arrays)
    taken = asked.taken
    kept: dict[str, Any] = {}
    listed = []
    for at, (one, values) in enumerate(zip(inputs, given)):
        kept[f"input.{at}"] = values[taken].reshape(-1)
        form = {"codes": one["codes"], "texts": one["texts"]} if "texts" in one else {}
        form = form or {"values": one["values"]}
        listed.append({"name": one["name"], "shape": one["shape"], **form})
    made = {
        "version": container.VERSION,
        "rows": len(taken),
        "inputs": listed,
        "outputs": {
            name: asked.answer(name, kept)
            for name in head["outputs"]
            if name not in compared.get("differing", ())
        },
        **compared,
    }
    return container.write(MAGIC, made, kept)


def _compared(asked: Asked, head: dict[str, Any], arrays: dict[str, Any]) -> dict[str, Any]:
    """What came of comparing a converted graph with the model that it was made of.

    Raises:
        Refused: they do not agree.
    """
    if "expected" not in head:
        return {}
    wrong = arrays["wrong"]
    for row, why in asked.refused.items():
        if not wrong[row]:
            raise Refused(f"it does not take what the Python model takes: {why}", row)
    answered = [int(row) for row in asked.taken if wrong[row]]
    if answered:
        raise Refused("it answers what the Python model refuses", answered[0])
    good = np.flatnonzero(wrong == 0)
    places = np.searchsorted(good, asked.taken)
    ties = 0
    differing: dict[str, str] = {}
    for name, told in head["expected"].items():
        values = arrays[told["at"]]
        if "texts" in told:
            values = np.asarray(told["texts"], dtype=object)[values]
        try:
            ties = max(ties, asked.compare(name, values.reshape(len(good), -1)[places]))
        except Refused as refused:
            if name in head["needed"]:
                raise
            differing[name] = str(refused)
    return {
        "compared": len(asked.taken),
        "refused": len(asked.refused),
        "ties": ties,
        "differing": differing,
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
