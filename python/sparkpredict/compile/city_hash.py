# SPDX-License-Identifier: Apache-2.0
"""The hash by which CatBoost knows a category: half of CityHash64, version 1.0.

Source: G. Pike and J. Alakuijala, CityHash, 2011; CatBoost takes its lower 32 bits.
"""

from __future__ import annotations

import string
from functools import cache

_K0, _K1 = 0xC3A5C85C97CB3127, 0xB492B66FBE98F273
_K2, _K3 = 0x9AE16A3B2F90404F, 0xC949D7C7509E6557
_MULTIPLIER = 0x9DDFEA08EB382D69
_WHOLE = 2**64 - 1
_STEP = 64
_LIKELY = (
    *(str(number) for number in range(-1, 1000)),
    *string.ascii_letters,
    *("true", "false", "True", "False", "TRUE", "FALSE", "yes", "no", "Yes", "No", "YES", "NO"),
    *("male", "female", "Male", "Female", "low", "medium", "high", "Low", "Medium", "High"),
    *("", "None", "none", "nan", "NaN", "null", "NULL", "unknown", "Unknown", "other", "Other"),
)


def category(text: str) -> int:
    """The hash of a text as a whole number of 32 bits with a sign."""
    half = _city(text.encode()) & 0xFFFFFFFF
    return half - 2**32 if half >= 2**31 else half


def likely(found: int) -> str:
    """A frequent text that has a hash; one that has not where none is known."""
    return _frequent().get(found, f"has no hash {found}")


@cache
def _frequent() -> dict[int, str]:
    return {category(text): text for text in _LIKELY}


def _city(s: bytes) -> int:
    n = len(s)
    if n <= 16:
        return _to_16(s, n)
    if n <= 32:
        return _to_32(s, n)
    return _to_64(s, n) if n <= _STEP else _longer(s, n)


def _to_16(s: bytes, n: int) -> int:
    if n > 8:
        last = _word(s, n - 8)
        return _mixed(_word(s, 0), _turned(last + n, n)) ^ last
    if n >= 4:
        return _mixed(n + (_half(s, 0) << 3), _half(s, n - 4))
    if n == 0:
        return _K2
    first = s[0] + (s[n >> 1] << 8)
    last = n + (s[n - 1] << 2)
    return _shifted(first * _K2 ^ last * _K3) * _K2 & _WHOLE


def _to_32(s: bytes, n: int) -> int:
    a, b = _word(s, 0) * _K1, _word(s, 8)
    c, d = _word(s, n - 8) * _K2, _word(s, n - 16) * _K0
    first = _turned(a - b, 43) + _turned(c, 30) + d
    return _mixed(first, a + _turned(b ^ _K3, 20) - c + n)


def _to_64(s: bytes, n: int) -> int:
    start = _word(s, 0) + (n + _word(s, n - 16)) * _K0
    first, second = _folded(start, _word(s, 8), _word(s, 16), _word(s, 24))
    start = _word(s, 16) + _word(s, n - 32)
    third, fourth = _folded(start, _word(s, n - 24), _word(s, n - 16), _word(s, n - 8))
    found = _shifted((first + fourth) * _K2 + (third + second) * _K0)
    return _shifted(found * _K0 + second) * _K2 & _WHOLE


def _folded(a: int, b: int, c: int, z: int) -> tuple[int, int]:
    far, near = _turned(a + z, 52), _turned(a, 37)
    a += b
    near += _turned(a, 7)
    a += c
    return a + z, far + _turned(a, 31) + near


def _longer(s: bytes, n: int) -> int:
    x, y, z = _word(s, 0), _word(s, n - 16) ^ _K1, _word(s, n - 56) ^ _K0
    v = _weak(s, n - 64, n, y)
    w = _weak(s, n - 32, n * _K1, _K0)
    z += _shifted(v[1]) * _K1
    x, y = _turned(z + x, 39) * _K1, _turned(y, 33) * _K1
    for at in range(0, n - 1 & ~(_STEP - 1), _STEP):
        x = _turned(x + y + v[0] + _word(s, at + 16), 37) * _K1 & _WHOLE
        y = _turned(y + v[1] + _word(s, at + 48), 42) * _K1 & _WHOLE
        x, y = x ^ w[1], y ^ v[0]
        z = _turned(z ^ w[0], 33)
        v = _weak(s, at, v[1] * _K1, x + w[0])
        w = _weak(s, at + 32, z + w[1], y)
        x, z = z, x
    first = _mixed(v[0], w[0]) + _shifted(y) * _K1 + z
    return _mixed(first, _mixed(v[1], w[1]) + x)


def _weak(s: bytes, at: int, a: int, b: int) -> tuple[int, int]:
    w, x, y, z = (_word(s, at + place) for place in (0, 8, 16, 24))
    a += w
    b = _turned(b + a + z, 21)
    start = a
    a += x + y
    b += _turned(a, 44)
    return a + z & _WHOLE, b + start & _WHOLE


def _mixed(first: int, second: int) -> int:
    second &= _WHOLE
    found = _shifted((first & _WHOLE ^ second) * _MULTIPLIER)
    return _shifted((second ^ found) * _MULTIPLIER) * _MULTIPLIER & _WHOLE


def _shifted(x: int) -> int:
    x &= _WHOLE
    return x ^ x >> 47


def _turned(x: int, by: int) -> int:
    x &= _WHOLE
    return (x >> by | x << 64 - by) & _WHOLE


def _word(s: bytes, at: int) -> int:
    return int.from_bytes(s[at : at + 8], "little")


def _half(s: bytes, at: int) -> int:
    return int.from_bytes(s[at : at + 4], "little")
