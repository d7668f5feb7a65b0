# SPDX-License-Identifier: Apache-2.0
"""What travels with a model: how its inputs are matched. The twin of the JVM's ``Descriptor``."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from sparkpredict.worker import methods

VERSION = 1
MEMBER = "descriptor.json"

COLUMNS = "columns"
MATRIX = "matrix"
FRAME = "frame"
TENSORS = "tensors"


@dataclass(frozen=True)
class Feature:
    """One input of the model.

    Attributes:
        name: its name; an ordinal where the model gives none.
        type: its Spark type as Spark's JSON; None where the model does not say.
        optional: whether it may be missing from a call.
        takes_null: whether the model takes a NULL there, as NaN or None; None where nobody knows.
        categories: the categories that it was trained with, in order; None for other inputs.
        shape: that of one row of a tensor, -1 for a size of any value; None for other inputs.
        dtype: numpy's name of a tensor's element type; None for other inputs.
    """

    name: str
    type: Any = None
    optional: bool = False
    takes_null: bool | None = None
    categories: tuple[Any, ...] | None = None
    shape: tuple[int, ...] | None = None
    dtype: str | None = None


@dataclass(frozen=True)
class Member:
    """A part of the artifact that is for the JVM.

    Attributes:
        size: in bytes.
        sha256: of its bytes, 64 hexadecimal digits.
    """

    size: int
    sha256: str


@dataclass(frozen=True)
class Descriptor:
    """A model as both sides see it: about the model alone, nothing of a binding.

    Attributes:
        digest: SHA-256 of the model folder, 64 hexadecimal digits.
        flavor: the MLflow flavor that scores.
        layout: ``columns`` (a named frame), ``matrix`` (plain numbers), ``tensors`` (an array, or
            several by name), ``frame`` (the query's).
        features: the inputs in the model's order; empty where they have no names.
        feature_count: how many inputs there are; None where the model does not say.
        dtype: numpy's name of a matrix' element type; None for what the columns give.
        element: the Spark type of that, as Spark's JSON.
        named: whether tensors go to the model by name; a lone one may have none.
        takes_null: whether inputs without names take a NULL; None where nobody knows.
        methods: what the model can be asked for, by the names that ``output=`` takes.
        classes: a classifier's labels in the order of its probabilities; None for other models.
        params: the inference parameters of the signature: name to type and default.
        output: the Spark type of the answer, as Spark's JSON; None where the model does not say.
        mlflow_version: the MLflow that saved the model.
        size: bytes of the model folder.
        notes: what was found out or left open when the model was bound.
        members: what the artifact holds for the JVM beside the model, by name.
        compiled: of its plan for the compiled engine the digest (``plan``), size and figures; or
            why it has none (``reason``).
        onnx: of an ONNX graph what an engine without Python needs: its file, inputs, outputs, and
            what each answer is made of; or why such an engine does not take it (``reason``). None
            for other flavors. The form: docs/model-plan.md.
    """

    digest: str
    flavor: str
    layout: str
    features: tuple[Feature, ...] = ()
    feature_count: int | None = None
    dtype: str | None = None
    element: Any = None
    named: bool = True
    takes_null: bool | None = None
    methods: tuple[str, ...] = ()
    classes: tuple[Any, ...] | None = None
    params: dict[str, Any] = field(default_factory=dict)
    output: Any = None
    mlflow_version: str | None = None
    size: int = 0
    notes: tuple[str, ...] = field(default=())
    members: dict[str, Member] = field(default_factory=dict)
    compiled: dict[str, Any] | None = None
    onnx: dict[str, Any] | None = None
    version: int = VERSION

    def scoring(self) -> dict[str, Any]:
        """The part of it that a worker scores by."""
        categories = [feature.categories for feature in self.features]
        return {
            "digest": self.digest,
            "flavor": self.flavor,
            "layout": self.layout,
            "dtype": self.dtype,
            "count": self.feature_count,
            "names": [feature.name for feature in self.features],
            "categories": categories if any(categories) else None,
            "classes": self.classes if self.flavor == methods.ONNX else None,
            **self._tensors(),
        }

    def _tensors(self) -> dict[str, Any]:
        if self.layout != TENSORS:
            return {}
        return {
            "shapes": [feature.shape for feature in self.features],
            "dtypes": [self._dtype(feature) for feature in self.features],
            "named": self.named,
        }

    def _dtype(self, feature: Feature) -> str | None:
        """Numpy's own texts end before a NUL, which a graph is to be given."""
        return "object" if self.flavor == methods.ONNX and feature.dtype == "str" else feature.dtype

    def to_json(self) -> str:
        """The member of the artifact."""
        return json.dumps(asdict(self), sort_keys=True)
