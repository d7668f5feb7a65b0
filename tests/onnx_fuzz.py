# SPDX-License-Identifier: Apache-2.0
"""Binds mutations of ONNX graphs, in a process of its own: ``onnx_fuzz.py FOLDER COUNT SEED``.

Writes how each ended, as JSON: ``taken``, the condition that refused it, or why it has no probes.
Those that are taken are left in the folder, for the library of the JVM.
What is asked of a graph is asked in a fork, as a bind asks it in another process.
"""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx

import onnx_graphs
import onnx_kinds
from sparkpredict.errors import ModelError
from sparkpredict.onnx import child, graph, probes
from sparkpredict.onnx.limits import Limits

SEEDS: dict[str, Callable[[Path], Path]] = {
    "linear": onnx_graphs.linear,
    "mixed": onnx_graphs.mixed,
    "zipmap": lambda path: onnx_graphs.classifier(path, zipmap=True),
    "categories": onnx_graphs.with_categories,
    "by_row": onnx_graphs.by_row,
    "encoded": lambda path: onnx_graphs.encoded(path, "rot", "grün", labels=("x", "y")),
    "weights": lambda path: onnx_graphs.with_weights_outside(path, "weights.bin"),
    "quantised": onnx_kinds.quantised,
    "words": onnx_kinds.of_texts,
    "sequences": onnx_kinds.in_sequences,
}
_SECONDS = 5
_BYTES = 2 << 30  # of the fork's memory: what asks for more has an error, and not the machine
_LIMITS = Limits(bytes=1 << 20, nodes=1000)
_NUMBERS = (0, 1, -1, 2, 127, -128, 1 << 31, -(1 << 31), (1 << 62), -(1 << 63), (1 << 63) - 1)


def main(folder: Path, count: int, seed: int) -> dict[str, int]:
    """Binds so many mutations of each seed in turn."""
    chance = random.Random(seed)  # noqa: S311 (it is to be repeated)
    found: Counter[str] = Counter()
    models = {name: made(folder / f"{name}.onnx").read_bytes() for name, made in SEEDS.items()}
    names = list(models)
    path = folder / "mutation.onnx"
    for at in range(count):
        own, other = models[names[at % len(names)]], models[chance.choice(names)]
        change = chance.choice([_bytes, _cut, _spliced, _numbers, _moved])
        content = change(own, other, chance)
        path.write_bytes(content)
        (folder / "last.txt").write_text(f"{seed} {at} {names[at % len(names)]} {change.__name__}")
        ended = _ended(path)
        found[ended] += 1
        if ended == "taken":
            path.rename(folder / f"taken-{at}.onnx")
    return dict(found)


def _ended(path: Path) -> str:
    """How a bind of it ends; an error that has no condition gets out."""
    try:
        said = graph.read(path, most=_LIMITS)
    except ModelError as error:
        return error.condition
    reading, writing = os.pipe()
    forked = os.fork()
    if forked == 0:
        os.close(reading)
        os.write(writing, _probed(said, path).encode()[:200])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read().decode()
    _, status = os.waitpid(forked, 0)
    if os.WIFSIGNALED(status):
        return f"probing ended by {signal.Signals(os.WTERMSIG(status)).name}"
    return told or f"probing ended by exit code {os.WEXITSTATUS(status)}"


def _probed(said: graph.Graph, path: Path) -> str:
    """Whether it has probes; what a bind tells as a reason is one word here."""
    signal.alarm(_SECONDS)
    resource.setrlimit(resource.RLIMIT_AS, (_BYTES, _BYTES))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    try:
        return "taken" if probes.probed(said, path, [], _SECONDS, by=_here).content else "reason"
    except Exception:  # noqa: BLE001 (a bind tells any as the reason)
        return "reason"


def _here(asked: bytes, _: float) -> probes.Probed:
    head, arrays = child.container.read(child.MAGIC, asked)
    try:
        return probes.Probed(child.answered(head, arrays))
    except child.Refused as refused:
        return probes.Probed(reason=str(refused))


def _bytes(own: bytes, _: bytes, chance: random.Random) -> bytes:
    made = bytearray(own)
    for _ in range(chance.choice([1, 1, 2, 8, 64])):
        made[chance.randrange(len(made))] = chance.randrange(256)
    return bytes(made)


def _cut(own: bytes, _: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(own))
    return own[:start] + own[start + chance.choice([1, 4, 64, len(own)]) :]


def _spliced(own: bytes, other: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(own))
    middle = chance.randrange(len(other))
    return own[:start] + other[middle : middle + chance.choice([4, 64, len(other)])] + own[start:]


def _numbers(own: bytes, _: bytes, chance: random.Random) -> bytes:
    """Other sizes, types, versions and attributes, in what is still a graph."""
    model = onnx.ModelProto.FromString(own)
    for _ in range(chance.choice([1, 1, 2, 4])):
        chance.choice([_a_size, _a_type, _an_attribute, _a_constant, _a_version])(model, chance)
    return model.SerializeToString()


def _a_size(model: onnx.ModelProto, chance: random.Random) -> None:
    end = chance.choice([*model.graph.input, *model.graph.output])
    sizes = end.type.tensor_type.shape.dim
    if sizes and chance.random() < 0.8:
        chance.choice(sizes).dim_value = chance.choice(_NUMBERS)
    else:
        sizes.add().dim_value = chance.choice(_NUMBERS)


def _a_type(model: onnx.ModelProto, chance: random.Random) -> None:
    end = chance.choice([*model.graph.input, *model.graph.output])
    end.type.tensor_type.elem_type = chance.randrange(-1, 30)


def _an_attribute(model: onnx.ModelProto, chance: random.Random) -> None:
    known = [one for node in model.graph.node for one in node.attribute]
    if known:
        one = chance.choice(known)
        one.i = chance.choice(_NUMBERS)
        one.ints.extend([chance.choice(_NUMBERS)] * chance.choice([0, 1, 3]))
        one.f = chance.choice([0.0, -1.0, float("nan"), float("inf")])


def _a_constant(model: onnx.ModelProto, chance: random.Random) -> None:
    if model.graph.initializer:
        one = chance.choice(model.graph.initializer)
        one.dims.append(chance.choice(_NUMBERS))
        if one.external_data:
            one.external_data.add(key="offset", value=str(chance.choice(_NUMBERS)))
            one.external_data.add(key="length", value=str(chance.choice(_NUMBERS)))


def _a_version(model: onnx.ModelProto, chance: random.Random) -> None:
    model.ir_version = chance.choice(_NUMBERS)
    chance.choice(model.opset_import).version = chance.choice(_NUMBERS)


def _moved(own: bytes, _: bytes, chance: random.Random) -> bytes:
    """Operators in another order, with others' inputs, or as other operators."""
    model = onnx.ModelProto.FromString(own)
    nodes = list(model.graph.node)
    values = [name for node in nodes for name in (*node.input, *node.output)]
    node = chance.choice(nodes)
    if node.input:
        node.input[chance.randrange(len(node.input))] = chance.choice([*values, ""])
    if chance.random() < 0.5:
        node.op_type = chance.choice(nodes).op_type
    chance.shuffle(nodes)
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    return model.SerializeToString()


if __name__ == "__main__":
    np.seterr(all="ignore")
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))  # noqa: T201
