# SPDX-License-Identifier: Apache-2.0
"""The arguments in PYSPARK_SUBMIT_ARGS, as spark-submit reads them.

Source: https://spark.apache.org/docs/latest/submitting-applications.html; an option takes its value
as the next argument or after an equals sign, and ``-c`` is short for ``--conf``.
"""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ENVIRONMENT = "PYSPARK_SUBMIT_ARGS"

_CONF = ("--conf", "-c")
# Keys that have an option of their own, which wins over --conf.
_OPTIONS = {"spark.jars": "--jars", "spark.jars.packages": "--packages"}


@dataclass(frozen=True)
class SubmitArguments:
    """A list of arguments for spark-submit."""

    arguments: tuple[str, ...]

    @classmethod
    def of_environment(cls) -> SubmitArguments:
        """Those that pyspark will start the JVM with."""
        return cls(tuple(shlex.split(os.environ.get(ENVIRONMENT, ""))))

    def get(self, key: str) -> str | None:
        """The setting of a key; None when it is not there."""
        own = self.option(_OPTIONS[key]) if key in _OPTIONS else None
        conf = [value.partition("=")[2] for _, value in self._settings(key)]
        return own if own is not None else (conf[-1] if conf else None)

    def option(self, name: str) -> str | None:
        """The value of an option, the last one if it is given several times."""
        values = [value for _, option, value in self._options() if option == name]
        return values[-1] if values else None

    def replaced(self, key: str, value: str) -> str:
        """The arguments as one text, with the setting changed wherever it stands."""
        changed = list(self.arguments)
        for at, name, _ in self._options():
            if name == _OPTIONS.get(key):
                self._put(changed, at, name, value)
        for at, _ in self._settings(key):
            self._put(changed, at, self.arguments[at].partition("=")[0], f"{key}={value}")
        return shlex.join(changed)

    def _put(self, changed: list[str], at: int, name: str, value: str) -> None:
        if "=" in self.arguments[at]:
            changed[at] = f"{name}={value}"
        else:
            changed[at + 1] = value

    def _settings(self, key: str) -> Iterator[tuple[int, str]]:
        for at, name, value in self._options():
            if name in _CONF and value.partition("=")[0].strip() == key:
                yield at, value

    def _options(self) -> Iterator[tuple[int, str, str]]:
        """Place, name and value of each option."""
        for at, argument in enumerate(self.arguments):
            name, equals, value = argument.partition("=")
            if argument.startswith("-") and equals:
                yield at, name, value
            elif argument.startswith("-") and at + 1 < len(self.arguments):
                yield at, argument, self.arguments[at + 1]
