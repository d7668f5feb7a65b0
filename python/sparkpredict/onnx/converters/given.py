# SPDX-License-Identifier: Apache-2.0
"""Which inputs the graph of a converted model is to have, by how its features are matched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sparkpredict.descriptor import COLUMNS, MATRIX, TENSORS
from sparkpredict.onnx.converters import CannotConvert

if TYPE_CHECKING:
    from sparkpredict.descriptor import Descriptor

TOGETHER = "X"
_TEXT = "string"
_NUMBERS = frozenset({"byte", "short", "integer", "long", "float", "double", "boolean"})


@dataclass(frozen=True)
class Given:
    """One input.

    Attributes:
        name: its name.
        shape: of a row, -1 for an open size.
        dtype: numpy's name of its element type, ``str`` for texts; None for numbers of whatever
            type the converter takes.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str | None = None


def inputs(descriptor: Descriptor, library: Any) -> list[Given]:
    """One input of all numbers side by side; one for each feature where they differ in kind.

    Raises:
        CannotConvert: a feature is neither a number nor a text, or nothing is known of them.
    """
    if descriptor.layout == TENSORS:
        return [Given(f.name, f.shape or (), f.dtype) for f in descriptor.features]
    if descriptor.layout == MATRIX and descriptor.feature_count:
        return [Given(TOGETHER, (descriptor.feature_count,), descriptor.dtype)]
    if descriptor.layout != COLUMNS or not descriptor.features:
        raise CannotConvert("it says nothing of its features")
    kinds = [feature.type for feature in descriptor.features]
    for feature, kind in zip(descriptor.features, kinds):
        if feature.categories:
            raise CannotConvert(f"its feature {feature.name} has categories")
        if kind is not None and kind != _TEXT and (isinstance(kind, dict) or kind not in _NUMBERS):
            raise CannotConvert(f"its feature {feature.name} is neither a number nor a text")
    if _TEXT not in kinds and not _picks_columns(library):
        return [Given(TOGETHER, (len(kinds),))]
    return [
        Given(feature.name, (1,), "str" if feature.type == _TEXT else None)
        for feature in descriptor.features
    ]


def _picks_columns(part: Any) -> bool:
    """Whether a part of an estimator finds its columns by name."""
    if hasattr(part, "transformers"):
        return True
    inner = [step for _, step in getattr(part, "steps", None) or ()]
    return any(_picks_columns(one) for one in (*inner, *_wrapped(part)))


def _wrapped(part: Any) -> list[Any]:
    found = (getattr(part, name, None) for name in ("best_estimator_", "estimator_", "regressor_"))
    return [one for one in found if one is not None]
