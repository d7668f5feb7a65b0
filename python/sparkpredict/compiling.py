# SPDX-License-Identifier: Apache-2.0
"""What of a model goes to the compiled engine: its plan and probes, or why there are none."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sparkpredict import choices, conf
from sparkpredict import compile as compiler
from sparkpredict.compile.unsupported import Unsupported
from sparkpredict.errors import failed

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from sparkpredict.compile.plan import ModelPlan
    from sparkpredict.compile.probes import Probes
    from sparkpredict.descriptor import Descriptor

PLAN = "plan.bin"
PROBES = "probes.bin"
SAMPLE, FULL = VALIDATE = ("sample", "full")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Compiled:
    """What the artifact holds for the compiled engine.

    Attributes:
        entry: what the descriptor says of it: figures of the plan, or ``reason``.
        members: the files by name.
    """

    entry: dict[str, Any]
    members: dict[str, bytes] = field(default_factory=dict)


def compiled(
    session: SparkSession,
    descriptor: Descriptor,
    model: Any,
    *,
    engine: str = "auto",
    full: bool = False,
) -> Compiled:
    """Compiles a model and probes it; whatever goes wrong there is a reason, and ends no bind.

    Args:
        session: for its configuration.
        descriptor: how the model's inputs are matched.
        model: MLflow's Python function; None where it is not loaded on this side.
        engine: the one that was asked for.
        full: whether the probes are to test every threshold.

    Raises:
        ConfigurationError: a key is set to what is no value of it.
    """
    enabled = conf.enabled(session, conf.PROBE)
    seconds = conf.seconds(session, conf.PROBE_TIMEOUT)
    if engine == choices.PYTHON:
        return _without(f"engine={choices.PYTHON!r} was asked for")
    if descriptor.flavor not in compiler.FLAVORS:
        return _without(f"models of the flavor {descriptor.flavor} are not compiled")
    if model is None:
        return _without("it is larger than probe.maxModelBytes, so it is not loaded when bound")
    if engine == choices.AUTO and not enabled:
        return _without("probe.enabled was false when it was bound")
    started = time.monotonic()
    try:
        found = _members(descriptor, model, full=full, seconds=seconds)
    except Exception as error:
        log.warning("flavor %s was not compiled", descriptor.flavor, exc_info=True)
        found = _without(failed("compiling it", error))
    log.info("compiled in %.2f s: %s", time.monotonic() - started, found.entry)
    return found


def _without(reason: str) -> Compiled:
    return Compiled({"reason": reason})


def _members(descriptor: Descriptor, model: Any, *, full: bool, seconds: float) -> Compiled:
    from sparkpredict.compile import plan, probes  # numpy, which importing sparkpredict does not

    found = compiler.plan_of(model, descriptor)
    if isinstance(found, Unsupported):
        return _without(str(found))
    data = found.to_bytes()
    digest = plan.digest(data)
    asked = probes.probes_of(found, digest, model, descriptor, full=full, seconds=seconds)
    if isinstance(asked, Unsupported):
        return _without(str(asked))
    entry = {"plan": digest, "size": len(data), **_figures(found), **_asked(asked)}
    return Compiled(entry, {PLAN: data, PROBES: asked.to_bytes()})


def _figures(plan: ModelPlan) -> dict[str, int]:
    """How large it is: trees, inner nodes, most leaves of a tree, features, steps."""
    sizes = [step.fields["tree_leaves"] for step in plan.forests]
    return {
        "features": len(plan.inputs),
        "steps": len(plan.steps),
        "trees": sum(len(starts) - 1 for starts in sizes),
        "nodes": sum(len(step.fields["feature"]) for step in plan.forests),
        "leaves": max((int((s[1:] - s[:-1]).max(initial=0)) for s in sizes), default=0),
    }


def _asked(probes: Probes) -> dict[str, int]:
    return {
        "probes": len(probes.bad),
        "thresholds": probes.thresholds,
        "tested": probes.tested,
    }
