# SPDX-License-Identifier: Apache-2.0
"""``meta_data=`` of ``bind_model``: which graph and which signature of a SavedModel score."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sparkpredict.errors import BindArgumentError, invalid_argument
from sparkpredict.worker import graphs
from sparkpredict.worker.conditions import WorkerError

if TYPE_CHECKING:
    from sparkpredict.package import Package

TAGS, SIGNATURE = NAMES = ("meta_graph", "signature_def_key")
# What TensorFlow calls the only ones, and MLflow does not write down.
_USUAL = {TAGS: ["serve"], SIGNATURE: graphs.SERVING}
_SAVED = {TAGS: "meta_graph_tags", SIGNATURE: "signature_def_key"}


def checked(meta_data: dict[str, Any] | None, package: Package) -> dict[str, Any] | None:
    """Them, as far as the folder tells.

    MLflow loads the graph that the model was saved with, so another one is an error, not ignored.
    Which signatures there are is known once it is loaded.

    Raises:
        BindArgumentError: an unknown name, another graph, or a model of another library.
    """
    if not meta_data:
        return None
    is_graph = package.flavor in {graphs.TENSORFLOW, graphs.KERAS}
    saved = package.flavors.get(graphs.TENSORFLOW, {}) if is_graph else None
    for name, value in meta_data.items():
        if name not in NAMES:
            raise invalid_argument("meta_data", name, " or ".join(NAMES))
        if saved is None:
            raise _refused(name, value, "left out: only a model of TensorFlow has some")
        stated = saved.get(_SAVED[name], _USUAL[name])
        if name == TAGS and value != stated:
            raise _refused(name, value, f"{stated!r}, as the model was saved")
    return dict(meta_data)


def selected(model: Any, meta_data: dict[str, Any] | None) -> Any:
    """A loaded model that answers by the chosen signature.

    Raises:
        BindArgumentError: it has none of that name.
    """
    try:
        return graphs.selected(model, meta_data)
    except WorkerError as error:
        raise BindArgumentError(error.condition, **error.parameters) from error


def _refused(name: str, value: Any, expected: str) -> BindArgumentError:
    return invalid_argument(f"meta_data[{name!r}]", value, expected)
