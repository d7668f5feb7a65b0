# SPDX-License-Identifier: Apache-2.0
"""The binary form of plans and probes: a head of JSON, then arrays. See docs/model-plan.md."""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION = 1
PLAN = b"SPPLAN"
PROBES = b"SPPROB"

_START = struct.Struct("<6sHI")
_ALIGNMENT = 8
_DTYPES = {"f8": "<f8", "f4": "<f4", "i4": "<i4", "u4": "<u4", "u1": "u1"}


class Broken(ValueError):
    """What breaks a rule of the format, or is of a version that this package does not read."""


def write(magic: bytes, head: Mapping[str, Any], arrays: Mapping[str, Any]) -> bytes:
    """A container of a head and named arrays; the same content gives the same bytes.

    Args:
        magic: what kind of container it is, six bytes.
        head: JSON without floating-point numbers, and without the key ``arrays``.
        arrays: numpy arrays of one dimension, of float64, float32, int32, uint32 or uint8.
    """
    listed: dict[str, dict[str, Any]] = {}
    sections: list[bytes] = []
    at = 0
    for name in sorted(arrays):
        values = np.ascontiguousarray(arrays[name])
        content = values.astype(_DTYPES[_code(values)], copy=False).tobytes()
        padding = b"\0" * (-at % _ALIGNMENT)
        at += len(padding)
        listed[name] = {"dtype": _code(values), "offset": at, "length": len(values)}
        sections += [padding, content]
        at += len(content)
    text = json.dumps(
        {**head, "arrays": listed}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()
    start = _START.pack(magic, VERSION, len(text)) + text
    return b"".join([start, b"\0" * (-len(start) % _ALIGNMENT), *sections])


def read(magic: bytes, data: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """The head and the arrays of a container; the arrays are views, which cannot be written to.

    Raises:
        Broken: it is cut off, of another kind or version, or its arrays do not fit it.
    """
    head, sections = _head(magic, data)
    arrays = {}
    for name, entry in _arrays(head).items():
        dtype = _DTYPES.get(str(entry.get("dtype")))
        offset: Any = entry.get("offset")
        length: Any = entry.get("length")
        if dtype is None or not _is_size(offset) or not _is_size(length):
            raise Broken(f"array {name} is declared as {entry}")
        end = sections + offset + length * np.dtype(dtype).itemsize
        if offset % _ALIGNMENT or end > len(data):
            raise Broken(f"array {name} does not lie inside the sections")
        arrays[name] = np.frombuffer(data, dtype, length, sections + offset)
    return head, arrays


def _head(magic: bytes, data: bytes) -> tuple[dict[str, Any], int]:
    if len(data) < _START.size:
        raise Broken(f"{len(data)} bytes are no container")
    found, version, length = _START.unpack_from(data)
    if found != magic:
        raise Broken(f"starts with {found!r}, not with {magic!r}")
    if version != VERSION:
        raise Broken(f"version {version}; this package reads {VERSION}")
    text = data[_START.size : _START.size + length]
    try:
        head = json.loads(text.decode())
    except ValueError as error:
        raise Broken(f"its head is not JSON: {error}") from error
    if len(text) < length or not isinstance(head, dict):
        raise Broken("its head is cut off, or no JSON object")
    end = _START.size + length
    return head, end + -end % _ALIGNMENT


def _arrays(head: dict[str, Any]) -> dict[str, dict[str, Any]]:
    arrays = head.pop("arrays", None)
    if not isinstance(arrays, dict) or not all(isinstance(e, dict) for e in arrays.values()):
        raise Broken("its head has no object of arrays")
    return arrays


def _is_size(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _code(values: Any) -> str:
    return f"{values.dtype.kind}{values.dtype.itemsize}"
