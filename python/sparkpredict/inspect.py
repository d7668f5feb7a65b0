# SPDX-License-Identifier: Apache-2.0
"""Settles how a model's inputs are matched: by its signature, else by what it knows itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sparkpredict import flavors, schema
from sparkpredict.descriptor import COLUMNS, FRAME, MATRIX, Descriptor, Feature

if TYPE_CHECKING:
    from sparkpredict.package import Package


def describe(package: Package, digest: str, model: Any) -> Descriptor:
    """The descriptor of a model.

    Args:
        package: what its folder says.
        digest: of the folder.
        model: the loaded Python function, or None when the model is not loaded on this side.
    """
    own = flavors.inputs(package.flavor, model) if model is not None else flavors.Inputs()
    output = schema.output_type(package.outputs)
    common: dict[str, Any] = {
        "digest": digest,
        "flavor": package.flavor,
        "output": output.jsonValue() if output is not None else None,
        "mlflow_version": package.mlflow_version,
        "size": package.size,
        "notes": ()
        if model is not None
        else ("not loaded when bound: larger than probe.maxModelBytes",),
    }
    return Descriptor(**common, **_inputs(package, own))


def _inputs(package: Package, own: flavors.Inputs) -> dict[str, Any]:
    signature = package.inputs
    if signature and all(column.get("type") != "tensor" for column in signature):
        if any("name" in column for column in signature) or own.names or not own.count:
            return _columns(tuple(_feature(at, column) for at, column in enumerate(signature)))
        return {"layout": MATRIX, "feature_count": len(signature)}
    if signature and len(signature) == 1 and _is_matrix(signature[0]):
        spec = signature[0]["tensor-spec"]
        if own.names is None:
            return {
                "layout": MATRIX,
                "feature_count": int(spec["shape"][1]),
                "dtype": None if spec["dtype"] == "str" else spec["dtype"],
            }
    if own.names:
        return _columns(tuple(Feature(name) for name in own.names))
    if own.count:
        return {"layout": MATRIX, "feature_count": own.count}
    return {"layout": FRAME}


def _columns(features: tuple[Feature, ...]) -> dict[str, Any]:
    return {"layout": COLUMNS, "features": features, "feature_count": len(features)}


def _feature(at: int, column: dict[str, Any]) -> Feature:
    kind = schema.column_type(column)
    return Feature(
        name=str(column.get("name", at)),
        type=kind.jsonValue() if kind is not None else None,
        optional=column.get("required") is False or column.get("optional") is True,
    )


def _is_matrix(column: dict[str, Any]) -> bool:
    shape = column["tensor-spec"].get("shape", [])
    return "name" not in column and len(shape) == 2 and int(shape[1]) > 0
