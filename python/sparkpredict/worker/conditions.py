# SPDX-License-Identifier: Apache-2.0
"""The list of error conditions, readable on the driver and inside the shipped zip."""

from __future__ import annotations

import json
import pkgutil
import re
from collections.abc import Mapping
from functools import cache, partial
from typing import Any

_PARENT = __name__.rpartition(".worker.")[0]


@cache
def conditions() -> dict[str, Any]:
    """The conditions by name: SQLSTATE and message template."""
    data = pkgutil.get_data(_PARENT, "resources/error-conditions.json")
    if data is None:
        raise FileNotFoundError("error-conditions.json")
    return dict(json.loads(data))


def message(condition: str, parameters: Mapping[str, str]) -> tuple[str, str]:
    """The text of a condition with its parameters in place, and its SQLSTATE."""
    entry = conditions()[condition]
    text = re.sub(r"<(\w+)>", lambda found: parameters[found.group(1)], entry["message"])
    return f"[{condition}] {text} SQLSTATE: {entry['sqlState']}", str(entry["sqlState"])


class WorkerError(Exception):
    """A condition met in a Python worker; Spark carries its text to the driver."""

    def __init__(self, condition: str, **parameters: object) -> None:
        self.condition = condition
        self.parameters = {name: str(value) for name, value in parameters.items()}
        super().__init__(message(condition, self.parameters)[0])

    def __reduce__(self) -> tuple[Any, ...]:
        """Errors cross process borders, where only their arguments are known."""
        return partial(type(self), self.condition, **self.parameters), ()
