# SPDX-License-Identifier: Apache-2.0
"""Asks a loaded model for scores of made-up rows, by the path that scores: what does it take?"""

from __future__ import annotations

import contextlib
import io
import time
import warnings
from typing import TYPE_CHECKING, Any

from sparkpredict import example
from sparkpredict.worker import models
from sparkpredict.worker.inputs import arranged

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sparkpredict.descriptor import Descriptor
    from sparkpredict.package import Package

SECONDS = 1.0
MOST_TRIALS = 64

NO_ROW = "whether the model takes NULL is unknown: no row is known that it takes"
NO_TIME = "whether the model takes NULL is unknown for some inputs: trying took too long"


class Trial:
    """Tries one model; nothing that it raises, warns of or prints gets out.

    Args:
        package: the model's folder.
        descriptor: how its inputs are matched.
        model: MLflow's Python function.
        known: values that a fitted encoder takes, by name or place.
    """

    def __init__(
        self, package: Package, descriptor: Descriptor, model: Any, known: dict[Any, Any]
    ) -> None:
        self._package = package
        self._descriptor = descriptor
        self._model = model
        self._known = known
        self._until = time.monotonic() + SECONDS
        self._left = MOST_TRIALS

    def answer(self, output: str | None) -> Any:
        """What the model says of one row; None where no row is known that it takes."""
        found = self._taken_row(output)
        return found[1] if found is not None else None

    def takes_null(self, output: str | None) -> tuple[list[bool | None], str | None]:
        """For each input whether the model takes a NULL there, and a note where that is unknown."""
        count = self._descriptor.feature_count or 0
        found = self._taken_row(output)
        if found is None:
            return [None] * count, NO_ROW
        row = found[0]
        if count <= MOST_TRIALS and self._takes(row, range(count), output):
            return [True] * count, None
        taken: list[bool | None] = [None] * count
        for group in self._alike(row):
            if len(group) > 1 and self._may() and self._takes(row, group, output):
                taken = [True if at in group else known for at, known in enumerate(taken)]
                continue
            for at in group:
                if self._may():
                    taken[at] = self._takes(row, [at], output)
        return taken, NO_TIME if None in taken else None

    def _taken_row(self, output: str | None) -> tuple[list[Any], Any] | None:
        """The first row that the model takes, with its answer; None where no such row is known."""
        for row in example.rows(self._package, self._descriptor, self._known):
            answer = self._asked([row], output)
            if answer is not None:
                return row, answer
        return None

    def _alike(self, row: list[Any]) -> list[list[int]]:
        """The places of the inputs by the kind of their value, which pipelines treat alike."""
        groups: dict[str, list[int]] = {}
        for at, value in enumerate(row):
            kind = "number" if isinstance(value, (int, float)) else type(value).__name__
            groups.setdefault(kind, []).append(at)
        return list(groups.values())

    def _may(self) -> bool:
        return self._left > 0 and time.monotonic() < self._until

    def _takes(self, row: list[Any], places: Sequence[int], output: str | None) -> bool:
        rows = [[_lacking(v) if at == gone else v for at, v in enumerate(row)] for gone in places]
        return self._asked([row, *rows], output) is not None

    def _asked(self, rows: list[list[Any]], output: str | None) -> Any:
        self._left -= 1
        choice = {**self._descriptor.scoring(), "alias": "", "output": output}
        with quiet():
            try:
                ready = models.ready(self._model, choice)
                columns = example.columns(self._descriptor, rows)
                return ready.predict(arranged(choice, columns, by_matrix=ready.by_matrix))
            except (Exception, SystemExit):  # noqa: BLE001 (the answer is that it does not)
                return None


def _lacking(value: Any) -> Any:
    """NULL; of a tensor, which as a whole is never given as NULL, the same with a NULL inside."""
    return [_lacking(value[0]), *value[1:]] if isinstance(value, list) and value else None


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Lets nothing out that a model warns of or prints."""
    with contextlib.ExitStack() as stack:
        stack.enter_context(warnings.catch_warnings())
        stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        stack.enter_context(contextlib.redirect_stderr(io.StringIO()))
        warnings.simplefilter("ignore")
        yield
