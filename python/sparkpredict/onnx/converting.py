# SPDX-License-Identifier: Apache-2.0
"""What of another library's model goes to the engine onnx: a graph of it, or why there is none.

The graph scores for nobody whom the Python model would have answered otherwise: its probes hold
that model's answers, and the model itself stays what the python engine scores by.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sparkpredict import choices, conf
from sparkpredict.connect import has_onnx_runtime
from sparkpredict.errors import failed
from sparkpredict.onnx import converters
from sparkpredict.onnx.exporting import Exported, without
from sparkpredict.worker import methods, models

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from sparkpredict.descriptor import Descriptor
    from sparkpredict.package import Package

_NO_RUNTIME = (
    "ONNX Runtime is not on the class path: configure(builder, onnx=True) or "
    "spark.jars.packages=com.microsoft.onnxruntime:onnxruntime puts it there"
)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Bound:
    """A model that is bound, as far as it is known by now.

    Attributes:
        package: its folder.
        descriptor: how its inputs are matched.
        model: MLflow's Python function; None where it is not loaded on this side.
        is_compiled: whether it has a plan.
    """

    package: Package
    descriptor: Descriptor
    model: Any
    is_compiled: bool


def converted(session: SparkSession, bound: Bound, engine: str) -> Exported:
    """Converts a model and probes the graph; whatever goes wrong is a reason, and ends no bind.

    Args:
        session: for its configuration.
        bound: the model.
        engine: the one that was asked for.

    Raises:
        ConfigurationError: a key is set to what is no value of it.
    """
    converter = converters.FLAVORS.get(bound.descriptor.flavor)
    unasked = _unasked(session, bound, engine)
    seconds = conf.seconds(session, conf.PROBE_TIMEOUT)
    if converter is None:
        return Exported()
    reason = unasked or converter.missing()
    if reason is not None:
        return without(reason)
    started = time.monotonic()
    try:
        found = graph_of(converter, bound, engine, seconds)
    except Exception as error:
        log.warning("flavor %s was not converted", bound.descriptor.flavor, exc_info=True)
        found = without(failed("converting it", error))
    log.info("converted in %.2f s: %s", time.monotonic() - started, found.told)
    return found


def _unasked(session: SparkSession, bound: Bound, engine: str) -> str | None:
    """Why a model is not even converted; None where it is."""
    enabled = conf.enabled(session, conf.PROBE) and conf.enabled(session, conf.ONNX_CONVERT)
    if engine in {choices.PYTHON, choices.COMPILED}:
        return f"engine={engine!r} was asked for"
    if bound.model is None:
        return "it is larger than probe.maxModelBytes, so it is not loaded when bound"
    if engine == choices.AUTO and bound.is_compiled:
        return "a faster engine gives the same answers; engine='onnx' converts it"
    if engine == choices.AUTO and not enabled:
        return "probe.enabled or onnx.convert.enabled was false when it was bound"
    if engine == choices.AUTO and not has_onnx_runtime(session):
        return _NO_RUNTIME
    return unlike(bound)


def unlike(bound: Bound) -> str | None:
    """What of a model no graph has; None where it has nothing of the kind."""
    if bound.descriptor.params:
        return "its signature has inference parameters"
    asked = models.own_function(bound.model)
    return f"it is saved to be asked for {asked}" if asked != methods.PREDICT else None


def graph_of(
    converter: converters.Converter, bound: Bound, engine: str, seconds: float
) -> Exported:
    """The first graph of a model that is as right, or why there is none.

    Args:
        converter: of its flavor.
        bound: the model.
        engine: the one that was asked for; ``auto`` takes only what is as right as Python.
        seconds: how long the Python model may answer, and then the graph.
    """
    library = methods.library(bound.descriptor.flavor, bound.model)
    if library is None:
        return without("its library's own object is not known")
    reasons: dict[str, str] = {}
    for element in converter.elements:
        found = _candidate(converter, element, bound, library, engine, seconds)
        if isinstance(found, Exported):
            return found
        reasons[element] = found
    if len(set(reasons.values())) == 1:
        return without(reasons[converter.elements[0]])
    return without("; ".join(f"in {element}, {reason}" for element, reason in reasons.items()))


def _candidate(
    converter: converters.Converter,
    element: str,
    bound: Bound,
    library: Any,
    engine: str,
    seconds: float,
) -> Exported | str:
    from sparkpredict.onnx import candidates  # numpy, which importing sparkpredict does not

    auto = engine == choices.AUTO
    try:
        return candidates.candidate(converter, element, bound, library, auto=auto, seconds=seconds)
    except converters.CannotConvert as error:
        return str(error)
