# SPDX-License-Identifier: Apache-2.0
"""Which column of a pandas frame goes into which feature: as arguments in SQL, by FeatureMatch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sparkpredict.choices import AUTO, BY_NAME, BY_POSITION
from sparkpredict.descriptor import FRAME, MATRIX, TENSORS
from sparkpredict.errors import BindArgumentError
from sparkpredict.feature_numbers import is_number

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from sparkpredict.descriptor import Descriptor, Feature


@dataclass(frozen=True)
class Argument:
    """One input of the model, and the column that goes there.

    Attributes:
        name: of the feature; of the column where the model knows no features.
        values: the column; None for an optional feature that the frame does not have.
        type: the feature's Spark type as Spark's JSON; None where the model does not say.
        takes_null: whether the model takes a NULL there; None where nobody knows.
        whole: whether it is a row of numbers, or a tensor.
    """

    name: str
    values: Any
    type: Any = None
    takes_null: bool | None = None
    whole: bool = False


class FeatureMatch:
    """Matches the columns of frames to one model's features.

    Args:
        alias: for error texts.
        descriptor: the model.
        binding: ``auto``, ``name`` or ``position``.
        same: gives equal texts for names that are one name.
    """

    def __init__(
        self, alias: str, descriptor: Descriptor, binding: str, same: Callable[[Any], str]
    ) -> None:
        self.alias = alias
        self.descriptor = descriptor
        self.features = descriptor.features
        self.binding = binding
        self.same = same

    def arguments(self, data: pd.DataFrame) -> list[Argument]:
        """The model's inputs in its order.

        Raises:
            BindArgumentError: the columns do not fit.
        """
        if self.descriptor.layout == MATRIX:
            return self._matrix(data)
        if self.descriptor.layout == FRAME:
            return self._frame(data)
        if self.descriptor.layout == TENSORS and self._is_spread(data):
            only = self.features[0]
            return self._unnamed(data, only.type["elementType"], only.takes_null)
        names = [self.same(name) for name in data.columns]
        found = [feature for feature in self.features if self.same(feature.name) in names]
        missing = [f.name for f in self.features if f not in found and not f.optional]
        if self.binding == BY_POSITION:
            return self._by_position(data)
        if found and not missing:
            return [self._by_name(feature, names, data) for feature in self.features]
        if self.binding == AUTO and self._position_is_meant(names):
            return self._by_position(data)
        if self.binding == AUTO and len(names) < len(self.features):
            raise self._count(len(self.features), len(names))
        known = {self.same(feature.name) for feature in self.features}
        extra = [str(name) for name in data.columns if self.same(name) not in known]
        raise BindArgumentError(
            "PREDICT_ARGUMENT_NAMES",
            alias=self.alias,
            missing=", ".join(missing) or "none",
            extra=", ".join(extra) or "none",
            hint="",
        )

    def _by_name(self, feature: Feature, names: list[str], data: pd.DataFrame) -> Argument:
        count = names.count(self.same(feature.name))
        if count > 1:
            raise BindArgumentError(
                "PREDICT_ARGUMENT_DUPLICATED", alias=self.alias, feature=feature.name, count=count
            )
        at = names.index(self.same(feature.name)) if count else None
        return _argument(feature, None if at is None else data.iloc[:, at])

    def _by_position(self, data: pd.DataFrame) -> list[Argument]:
        given, required = data.shape[1], _required(self.features)
        if not required <= given <= len(self.features):
            raise self._count(len(self.features), given)
        return [
            _argument(feature, data.iloc[:, at] if at < given else None)
            for at, feature in enumerate(self.features)
        ]

    def _position_is_meant(self, names: list[str]) -> bool:
        """The count fits, and no column bears a name that says otherwise."""
        own = [self.same(feature.name) for feature in self.features]
        ordinals = [feature.name for feature in self.features] == [
            str(at) for at in range(len(own))
        ]
        return len(names) == len(own) and all(
            name == feature or (ordinals and name not in own) for name, feature in zip(names, own)
        )

    def _matrix(self, data: pd.DataFrame) -> list[Argument]:
        if self.binding == BY_NAME:
            raise BindArgumentError("PREDICT_FEATURES_UNNAMED", alias=self.alias)
        null = self.descriptor.takes_null
        if data.shape[1] == 1 and holds_rows(data.iloc[:, 0]):
            return [Argument("0", data.iloc[:, 0], takes_null=null, whole=True)]
        self._check_count(self.descriptor.feature_count, data.shape[1])
        return self._unnamed(data, self.descriptor.element or "double", null)

    def _is_spread(self, data: pd.DataFrame) -> bool:
        """Whether a lone tensor of k values comes as k columns of numbers or texts."""
        only = self.features[0]
        return (
            len(self.features) == 1
            and only.shape == (data.shape[1],)
            and isinstance(only.type, dict)
            and (is_number(only.type["elementType"]) or only.type["elementType"] == "string")
            and not holds_rows(data.iloc[:, 0])
        )

    def _frame(self, data: pd.DataFrame) -> list[Argument]:
        self._check_count(self.descriptor.feature_count, data.shape[1])
        own = [str(name) for name in data.columns]
        usable = len(set(own)) == len(own)
        if not usable and self.binding == BY_NAME:
            raise BindArgumentError("PREDICT_ARGUMENTS_UNNAMED", alias=self.alias)
        by_own = usable and self.binding != BY_POSITION
        names = own if by_own else [str(at) for at in range(len(own))]
        null = self.descriptor.takes_null
        return [Argument(name, data.iloc[:, at], takes_null=null) for at, name in enumerate(names)]

    def _unnamed(self, data: pd.DataFrame, kind: Any, null: Any) -> list[Argument]:
        return [
            Argument(str(name), data.iloc[:, at], kind, null)
            for at, name in enumerate(data.columns)
        ]

    def _check_count(self, expected: int | None, found: int) -> None:
        if expected is not None and found != expected:
            raise self._count(expected, found)

    def _count(self, expected: int, found: int) -> BindArgumentError:
        names = [feature.name for feature in self.features]
        return BindArgumentError(
            "PREDICT_ARGUMENT_COUNT",
            alias=self.alias,
            expected=expected,
            found=found,
            features=f": {', '.join(names)}" if names else "",
        )


def holds_rows(column: Any) -> bool:
    """Whether each value is a whole row of a matrix."""
    if column.dtype != object:
        return False
    first = next((value for value in column if value is not None), None)
    return isinstance(first, list) or getattr(first, "ndim", 0) == 1


def _argument(feature: Feature, values: Any) -> Argument:
    whole = bool(feature.shape)
    return Argument(feature.name, values, feature.type, feature.takes_null, whole)


def _required(features: tuple[Feature, ...]) -> int:
    """How many must be given by position: up to the last one that is not optional."""
    return max((at + 1 for at, feature in enumerate(features) if not feature.optional), default=0)
