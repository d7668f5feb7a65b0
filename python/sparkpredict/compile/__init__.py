# SPDX-License-Identifier: Apache-2.0
"""From a loaded model to a plan that an engine without Python can score by: docs/model-plan.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sparkpredict.compile.unsupported import CannotCompile, Unsupported
from sparkpredict.descriptor import COLUMNS, MATRIX
from sparkpredict.worker import methods, models

if TYPE_CHECKING:
    from sparkpredict.compile.draft import Draft
    from sparkpredict.compile.plan import ModelPlan
    from sparkpredict.descriptor import Descriptor, Feature

FLAVORS = ("catboost", "lightgbm", "sklearn", "xgboost")

_NUMBERS = frozenset(("byte", "short", "integer", "long", "float", "double", "boolean"))
_SINGLE = frozenset(("float", "float16", "float32"))


def plan_of(model: Any, descriptor: Descriptor) -> ModelPlan | Unsupported:
    """The plan of a loaded model, or why it has none.

    Args:
        model: MLflow's Python function.
        descriptor: how its inputs are matched.

    Returns:
        The plan, which gives the model's own answers for any row that the worker would give it; or
        the part of the model and its parameter that nothing is known of.
    """
    library = methods.raw(model)
    if descriptor.flavor not in FLAVORS or library is None:
        return Unsupported(
            f"models of the flavor {descriptor.flavor} are not compiled", "the model"
        )
    try:
        return _compiled(library, descriptor, models.own_function(model))
    except CannotCompile as found:
        return found.why
    except AttributeError as error:  # what a version keeps, another may keep elsewhere
        reason = f"this version of its library keeps something elsewhere: {error}"
        return Unsupported(reason, "the model")


def _compiled(library: Any, descriptor: Descriptor, default: str) -> ModelPlan:
    # numpy and pandas, which importing sparkpredict does not bring along
    from sparkpredict.compile import catboost, categories, lightgbm, sklearn, xgboost
    from sparkpredict.compile.draft import Draft

    draft = Draft(_inputs(descriptor))
    draft.part = type(library).__name__
    draft.doubles = _doubles(descriptor)
    if descriptor.flavor == "sklearn":
        outputs = sklearn.outputs(draft, library, descriptor)
    else:
        boosted = {"catboost": catboost, "lightgbm": lightgbm, "xgboost": xgboost}
        compiler = boosted[descriptor.flavor]
        outputs = compiler.outputs(draft, library, categories.coded(draft, descriptor))
    offered = methods.names(descriptor.flavor, library)
    outputs = {name: output for name, output in outputs.items() if name in offered}
    if default not in outputs:
        raise CannotCompile("the model", f"it is saved to be asked for {default}")
    _check_single(draft, descriptor)
    if descriptor.flavor == "lightgbm" and lightgbm.whole_differs(descriptor):
        draft.whole = False
    return draft.finish(outputs, default)


def _inputs(descriptor: Descriptor) -> list[tuple[str, str | None]]:
    """Name and kind of each feature.

    Raises:
        CannotCompile: the model says nothing of them, or one is neither a number nor a text.
    """
    if descriptor.params:
        raise CannotCompile("the model", "its signature has inference parameters")
    if descriptor.layout == MATRIX:
        return [(str(at), "number") for at in range(descriptor.feature_count or 0)]
    if descriptor.layout != COLUMNS:
        raise CannotCompile("the model", "it says nothing of its features")
    return [(feature.name, _kind(feature)) for feature in descriptor.features]


def _doubles(descriptor: Descriptor) -> set[int]:
    """The features that are doubles, by the model's own word."""
    if descriptor.layout == MATRIX:
        every = range(descriptor.feature_count or 0)
        return set(every if descriptor.dtype in {None, "float64"} else ())
    return {at for at, feature in enumerate(descriptor.features) if feature.type == "double"}


def _kind(feature: Feature) -> str | None:
    if feature.type is None:
        return None
    if feature.type == "string":
        return "text"
    if isinstance(feature.type, str) and feature.type in _NUMBERS:
        return "number"
    raise CannotCompile("the model", f"feature {feature.name} is neither a number nor a text")


def _check_single(draft: Draft, descriptor: Descriptor) -> None:
    """Where the library would compute in float32 for these features, doubles are not exact."""
    if draft.widens:
        return
    if descriptor.dtype in _SINGLE:
        raise CannotCompile("the model", f"it takes {descriptor.dtype}, and would compute in it")
    for at, feature in enumerate(descriptor.features):
        if feature.type in _SINGLE and draft.reads(at):
            raise CannotCompile(
                "the model", f"feature {feature.name} is a FLOAT, and it would compute in float32"
            )
