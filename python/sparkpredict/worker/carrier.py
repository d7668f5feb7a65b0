# SPDX-License-Identifier: Apache-2.0
"""The shape of what travels from a worker to the JVM, as plain JSON made on the driver.

* ``{"kind": "scalar", "leaf": "double"}``: one Series of that leaf;
* ``{"kind": "array", "leaf": "double", "depth": 1}``: lists of that leaf;
* ``{"kind": "map", "leaf": "double"}``: dicts from text;
* ``{"kind": "exact", "shape": <one of those>}``: a struct of three, of which the one is filled
  that holds the model's numbers or text unchanged; its leaf is ``whole``, ``decimal`` or
  ``string``, see ``worker/exact.py``;
* ``{"kind": "struct", "fields": [[name, <shape>], ...]}``: several outputs by name;
* ``{"kind": "captured", "shape": <any of those>}``: a struct of that and of a text, which says what
  is wrong with a bad row; the fields of a struct stand in it side by side with the text.
"""

from __future__ import annotations

from typing import Any

# The fields of captured and exact carriers; the same names as in the JVM's DeclaredType.
CAPTURED = "captured"
VALUE = "__value"
ERROR = "__error"
EXACT = {"long": "__long", "double": "__double", "text": "__text"}


def describe(shape: dict[str, Any]) -> str:
    """A carrier shape in words."""
    if shape["kind"] == "struct":
        return "struct of " + ", ".join(name for name, _ in shape["fields"])
    if shape["kind"] in {"exact", CAPTURED}:
        return describe(shape["shape"])
    if shape["kind"] == "array":
        return "array of " * int(shape["depth"]) + _word(shape["leaf"])
    return ("map of " if shape["kind"] == "map" else "") + _word(shape["leaf"])


def _word(leaf: str) -> str:
    return "whole number" if leaf == "whole" else leaf
