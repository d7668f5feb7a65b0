# SPDX-License-Identifier: Apache-2.0
"""What of a graph goes to the engine onnx: the graph, its probes, or why there are none."""

from __future__ import annotations

import logging
import shutil
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sparkpredict import ceilings, choices, conf, ship
from sparkpredict.errors import ModelError, failed
from sparkpredict.onnx import entry, in_place
from sparkpredict.onnx import graph as graphs
from sparkpredict.onnx.folder import copied
from sparkpredict.worker import methods

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyspark.sql import SparkSession

    from sparkpredict.descriptor import Descriptor
    from sparkpredict.onnx.graph import Graph
    from sparkpredict.package import Package

GRAPH = "graph.onnx"
PROBES = "onnx-probes.bin"
_MISSING = "PREDICT_MODEL_LIBRARY_MISSING"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Exported:
    """What the artifact holds for the engine onnx.

    Attributes:
        told: what the descriptor says of the graph as a file, or ``reason``.
        members: the files by name.
        graph: what it says of itself; None with a reason.
        loadable: whether the graph may be loaded in this process.
        answers: what its outputs are to a binding; None where their names say it.
        notes: what a user should know of it.
    """

    told: dict[str, Any] | None = None
    members: dict[str, bytes] = field(default_factory=dict)
    graph: Graph | None = None
    loadable: bool = True
    answers: entry.Answers | None = None
    notes: tuple[str, ...] = ()

    def entry(self, descriptor: Descriptor) -> dict[str, Any] | None:
        """What the descriptor says, once all is known of the model; None for other flavors."""
        if self.graph is None or self.told is None:
            return self.told
        fed = entry.places(self.graph, descriptor)
        if fed is None:
            return {"reason": "which columns fill its inputs is known by the query only"}
        answers = self.answers or entry.answers(self.graph, descriptor)
        return {**self.told, **entry.of(self.graph, fed, answers)}


def exported(
    session: SparkSession,
    package: Package,
    descriptor: Descriptor,
    starts: Mapping[str, int],
    *,
    alias: str,
    engine: str,
) -> Exported:
    """Reads a graph and probes it; what goes wrong with the probes is a reason, and ends no bind.

    Args:
        session: for its configuration.
        package: the model's folder.
        descriptor: what its signature says, for the rows of its example.
        starts: where in the artifact the bytes of each file of the folder start.
        alias: for error texts.
        engine: the one that was asked for.

    Raises:
        ConfigurationError: a key is set to what is no value of it.
        ModelError: the graph cannot be scored by any engine.
    """
    unasked = _unasked(session, package, engine)
    seconds = conf.seconds(session, conf.PROBE_TIMEOUT)
    if package.flavor != methods.ONNX:
        return Exported()
    name = _name(package)
    try:
        graph = graphs.read(package.folder / name, alias, ceilings.of_graphs(session))
    except ModelError as error:
        if error.condition != _MISSING:
            raise
        return without("the package onnx is not installed here: pip install spark-predict[onnx]")
    if unasked is not None:
        return without(unasked)
    started = time.monotonic()
    try:
        found = _probed(package, descriptor, name, graph, starts, seconds)
    except Exception as error:
        log.warning("the graph was not probed", exc_info=True)
        found = without(failed("probing it", error))
    log.info("probed in %.2f s: %s", time.monotonic() - started, found.told)
    return found


def _unasked(session: SparkSession, package: Package, engine: str) -> str | None:
    """Why a graph is not even probed; None where it is."""
    enabled = conf.enabled(session, conf.PROBE)
    if engine in {choices.PYTHON, choices.COMPILED}:
        return f"engine={engine!r} was asked for"
    if package.size > ceilings.least(session, conf.PROBE_MAX_BYTES):
        return "it is larger than probe.maxModelBytes, so it is not loaded when bound"
    if engine == choices.AUTO and not enabled:
        return "probe.enabled was false when it was bound"
    return None


def without(reason: str) -> Exported:
    """Nothing, and why."""
    return Exported({"reason": reason})


def _name(package: Package) -> str:
    own = package.flavors.get(methods.ONNX, {}).get("data")
    return str(own or package.flavors["python_function"]["data"])


def _probed(
    package: Package,
    descriptor: Descriptor,
    name: str,
    graph: Graph,
    starts: Mapping[str, int],
    seconds: float,
) -> Exported:
    from sparkpredict.onnx import probes, zipmap  # numpy, which importing sparkpredict does not

    model = graphs.parsed(package.folder / name) if graph.maps or graph.external else None
    edited = zipmap.without(model) if graph.maps else None
    beside = Path(name).parent
    outside = {place: (beside / place).as_posix() for place in graph.external}
    options = _options(package)
    staged = Path(tempfile.mkdtemp(prefix="onnx-probed-", dir=ship.staging()))
    try:
        for path in (*outside.values(), *([] if edited is not None else [name])):
            (staged / path).parent.mkdir(parents=True, exist_ok=True)
            copied(package.folder / path, staged / path)
        if edited is not None:
            (staged / name).parent.mkdir(parents=True, exist_ok=True)
            (staged / name).write_bytes(edited)
        examples = _examples(package, descriptor, graph)
        found = probes.probed(graph, staged / name, examples, seconds, options=options)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    if found.content is None:
        return replace(without(str(found.reason)), loadable=found.survived)
    if outside:
        edited = in_place.moved(model, {place: starts[path] for place, path in outside.items()})
    own = {} if edited is None else {GRAPH: edited}
    told = {
        "graph": {
            **({"member": GRAPH} if own else {}),
            **({"artifact": (beside / in_place.ARTIFACT).as_posix()} if outside else {}),
            "path": name,
        },
        "files": entry.files(package.folder, [*([] if own else [name]), *outside.values()]),
        "size": (package.folder / name).stat().st_size,
        "options": options,
        "providers": package.flavors.get(methods.ONNX, {}).get("providers"),
    }
    return Exported(told, {**own, PROBES: found.content}, graph)


def _options(package: Package) -> dict[str, Any]:
    """The session options that the model was saved with; the library takes its entries as texts."""
    stated = package.flavors.get(methods.ONNX, {}).get("onnx_session_options") or {}
    entries = stated.get("extra_session_config")
    if not entries:
        return dict(stated)
    return {**stated, "extra_session_config": {str(k): str(v) for k, v in entries.items()}}


def _examples(package: Package, descriptor: Descriptor, graph: Graph) -> list[list[Any]]:
    """The row that was saved along, by input."""
    from sparkpredict import example  # pandas, likewise

    fed = entry.places(graph, descriptor)
    if package.example is None or fed is None:
        return []
    found = next(iter(example.rows(package, descriptor, {})), None)
    return [] if found is None else [[_one([found[at] for at in places]) for places in fed]]


def _one(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values
