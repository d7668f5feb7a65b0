# SPDX-License-Identifier: Apache-2.0
"""Keeps secrets out of what is told: those that look like one, and those that were given."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sparkpredict.errors import PredictError
from sparkpredict.worker.environment import SECRETS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# abfss: and hdfs: name a container or a user before the @, and no password
_USER = re.compile(r"//[^/\s]*:[^/\s]*@|(?<=http:)//[^/@\s]*@|(?<=https:)//[^/@\s]*@")
_NAMED = re.compile(
    r"(?i)\b((?:\w*[_-])?(?:sig|signature|accountkey|account_key|access_key|secret|password|token)"
    r"|sharedaccesssignature|secretkey)(\"?'?\s*[=:]\s*\"?'?)[^&;,\s\"']+"
)
_BEARER = re.compile(r"(?i)\b(bearer|basic) [\w.~+/=-]{8,}")
# What options of a store hold that is no secret, and may be a common word.
_PLAIN = frozenset(
    {"account_host", "account_name", "client_id", "endpoint_url", "linked_service", "profile"}
    | {"project", "region_name", "tenant_id", "url"}
)
_SHORTEST = 6


def masked(text: str) -> str:
    """A text without what looks like a secret: passwords of addresses, signatures, tokens."""
    named = _NAMED.sub(r"\1\2...", _BEARER.sub(r"\1 ...", text))
    return _USER.sub("//...@", named)


@contextmanager
def kept_out(options: Mapping[str, Any] | None) -> Iterator[None]:
    """Takes the values of a store's options, and of the environment, out of our errors.

    Raises:
        PredictError: the one that was raised, without them.
    """
    try:
        yield
    except PredictError as error:
        values = {*_given(options or {}), *_of_the_environment()}
        if not any(value in told for told in error.parameters.values() for value in values):
            raise
        hidden = {name: _hidden(told, values) for name, told in error.parameters.items()}
        raise type(error)(error.condition, **hidden) from None


def _hidden(told: str, values: set[str]) -> str:
    for value in sorted(values, key=len, reverse=True):
        told = told.replace(value, "...")
    return told


def _given(options: Mapping[str, Any]) -> Iterator[str]:
    for name, value in options.items():
        if isinstance(value, str) and len(value) >= _SHORTEST and name not in _PLAIN:
            yield value
        elif isinstance(value, dict):
            yield from _given(value)


def _of_the_environment() -> Iterator[str]:
    for name, value in os.environ.items():
        secret = re.search("SECRET|KEY|TOKEN|PASSWORD|SIGNATURE|CONNECTION_STRING", name)
        if secret and SECRETS.fullmatch(name) and len(value) >= _SHORTEST:
            yield value
