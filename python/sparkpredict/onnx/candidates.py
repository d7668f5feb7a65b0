# SPDX-License-Identifier: Apache-2.0
"""One graph of a model: made, made plain, told what to refuse, and compared with the model."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sparkpredict import ship
from sparkpredict.errors import one_line
from sparkpredict.onnx import edits, entry, known_rows, probes, refusals, zipmap
from sparkpredict.onnx import graph as graphs
from sparkpredict.onnx.answering import Answering, TooSlow, some
from sparkpredict.onnx.asked import PRECISIONS
from sparkpredict.onnx.converters import DOUBLE, FLOAT, CannotConvert, Converter, Made
from sparkpredict.onnx.converters import given as givens
from sparkpredict.onnx.exporting import GRAPH, PROBES, Exported
from sparkpredict.onnx.matching import Matched, matched
from sparkpredict.onnx.precision import lacking, narrowed, steps
from sparkpredict.onnx.rows import Fed, rows
from sparkpredict.worker import methods

if TYPE_CHECKING:
    from sparkpredict.descriptor import Descriptor
    from sparkpredict.onnx.converting import Bound
    from sparkpredict.onnx.graph import Graph

PATH = "converted.onnx"
NEVERTHELESS = "engine='onnx' takes it nevertheless"
_OPEN_SIZE = 8
_MOST_SHOWN = 6


@dataclass(frozen=True)
class Asking:
    """What a graph is asked, and what the Python model says to it.

    Attributes:
        fed: rows for each input.
        wrong: which of them the Python model refuses.
        answers: what it says to the others, by what it is asked for.
    """

    fed: list[Fed]
    wrong: Any
    answers: dict[str, Any]


def candidate(
    converter: Converter,
    element: str,
    bound: Bound,
    library: Any,
    *,
    auto: bool,
    seconds: float,
) -> Exported:
    """The graph by inputs of one element type.

    Args:
        converter: of the flavor.
        element: for numbers.
        bound: the model.
        library: the library's own object.
        auto: whether nobody asked for this engine, so that only what is as right is taken.
        seconds: how long the Python model may answer, and then the graph.

    Raises:
        CannotConvert: there is none, or it is not as right.
    """
    made = _made(converter, element, bound.descriptor, library)
    staged = Path(tempfile.mkdtemp(prefix="onnx-converted-", dir=ship.staging()))
    try:
        graph = _written(made.model, staged / PATH)
        places = entry.places(graph, bound.descriptor)
        if places is None:
            raise CannotConvert("which columns fill its inputs is known by the query only")
        answering = Answering(bound.model, bound.descriptor, places, seconds)
        known = known_rows.of(bound, library, made.model.graph, places)
        asking = _asking(answering, bound.descriptor, rows(graph, _OPEN_SIZE, known))
        answers = matched(graph, asking.answers, bound.descriptor)
        edits.with_outputs(made.model.graph, answers.outputs)
        single = narrowed(made.model) and not converter.is_single
        if single and auto:
            _check_steps(made.model.graph)
        refusals.add(made.model.graph, answering, asking, graph)
        graph = _written(made.model, staged / PATH)
        precision = FLOAT if converter.is_single or single else DOUBLE
        found = probes.compared(
            graph,
            staged / PATH,
            probes.Compared(asking.fed, asking.wrong, answers.expected, answers.needed, precision),
            seconds,
        )
        _check(found, graph, asking.fed, auto=auto)
        content = (staged / PATH).read_bytes()
    except TooSlow:
        told = f"the Python model did not answer its probes within {seconds:g} seconds"
        raise CannotConvert(told) from None
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    note = _note(made.by, found, PRECISIONS[precision].relative, single=single)
    return _exported(made, graph, content, found, answers, note)


def _made(converter: Converter, element: str, descriptor: Descriptor, library: Any) -> Made:
    """What the converter makes, without maps and what is not of the model."""
    try:
        made = converter.converted(library, givens.inputs(descriptor, library), element)
    except CannotConvert:
        raise
    except Exception as error:
        told = f"its converter fails: {type(error).__name__}: {one_line(error)}"
        raise CannotConvert(told[:400]) from error
    missing = lacking(made.model.graph)
    if missing is not None:
        raise CannotConvert(f"ONNX Runtime has no {missing} of float64")
    zipmap.without(made.model)
    edits.plain(made.model)
    edits.with_open_batch(made.model.graph)
    edits.with_opset(made.model)
    return made


def _written(model: Any, path: Path) -> Graph:
    path.write_bytes(model.SerializeToString(deterministic=True))
    return graphs.read(path)


def _asking(answering: Answering, descriptor: Descriptor, fed: list[Fed]) -> Asking:
    """Which rows the model refuses, and what it answers to the others."""
    known = (methods.PREDICT, methods.PROBABILITIES, "transform")
    names = [name for name in known if name in (descriptor.methods or known[:1])]
    if not names:
        raise CannotConvert("it is asked for nothing that a graph of it would give")
    fed = answering.fitted(fed)
    wrong = answering.wrong(fed, names[0])
    if wrong.all():
        raise CannotConvert("no row is known that it takes")
    good = some(fed, ~wrong)
    taken = [name for name in names if answering.takes(good, name)]
    return Asking(fed, wrong, {name: answering.answer(good, name) for name in taken})


def _check_steps(graph: Any) -> None:
    found = sorted(steps(graph))
    if found:
        raise CannotConvert(
            f"its graph computes in float32, where {found[0]} takes another way for rows near a "
            f"threshold; {NEVERTHELESS}"
        )


def _check(found: probes.Probed, graph: Graph, fed: list[Fed], *, auto: bool) -> None:
    if found.content is None:
        raise CannotConvert(f"{found.reason}{_row(graph, fed, found.row)}")
    if found.ties and auto:
        raise CannotConvert(
            f"for {found.ties} of {found.compared} probes two labels are as good, and its graph "
            f"takes the other one; {NEVERTHELESS}"
        )


def _row(graph: Graph, fed: list[Fed], row: int | None) -> str:
    """The row of a probe, as far as it is short."""
    if row is None:
        return ""
    shown = [
        f"{one.name} = {given.shown(row)[:60]}"
        for one, given in zip(graph.inputs[:_MOST_SHOWN], fed)
    ]
    return f", for {', '.join(shown)}"


def _note(by: str, found: probes.Probed, near: float, *, single: bool) -> str:
    told = [
        f"converted for the engine onnx by {by}",
        f"{found.compared} probes agree within {near:g}",
    ]
    if single:
        told.append("the graph computes in float32, and the model in float64")
    if found.refused:
        told.append(f"both refuse {found.refused} more")
    if found.ties:
        told.append(f"for {found.ties} of them two labels are as good, and each takes another")
    return "; ".join(told)


def _exported(
    made: Made, graph: Graph, content: bytes, found: probes.Probed, answers: Matched, note: str
) -> Exported:
    told = {
        "graph": {"member": GRAPH, "path": PATH},
        "files": [],
        "size": len(content),
        "providers": None,
        "converted": made.by,
    }
    members = {GRAPH: content, PROBES: found.content or b""}
    return Exported(told, members, graph, answers=answers.answers, notes=(note,))
