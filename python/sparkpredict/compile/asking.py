# SPDX-License-Identifier: Apache-2.0
"""Asks the Python model for its answers, by the path that a worker takes."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sparkpredict.compile.operations import UNREAD
from sparkpredict.example import DTYPES
from sparkpredict.trial import quiet
from sparkpredict.worker import models
from sparkpredict.worker.inputs import arranged

if TYPE_CHECKING:
    from sparkpredict.compile.domains import Domain
    from sparkpredict.compile.plan import ModelPlan
    from sparkpredict.descriptor import Descriptor

_DTYPES = {**DTYPES, "boolean": "bool"}
_NOTHING: dict[Any, Any] = {"string": "a", "boolean": True}


class Asked:
    """A loaded model that is asked about rows of numbers.

    Args:
        plan: of the model.
        model: MLflow's Python function.
        descriptor: how its inputs are matched.
        domains: of the inputs.
    """

    def __init__(
        self, plan: ModelPlan, model: Any, descriptor: Descriptor, domains: list[Domain]
    ) -> None:
        self._plan = plan
        self._model = model
        self._choice = {**descriptor.scoring(), "alias": ""}
        self._domains = domains
        self._ready = cache(self._method)

    def answer(self, output: str, rows: Any) -> Any:
        """What it answers, one entry or row for each; raises what the model raises."""
        ready = self._ready(output)
        with quiet():
            data = arranged(self._choice, self._columns(rows), by_matrix=ready.by_matrix)
            return np.asarray(ready.predict(data))

    def bad(self, output: str, rows: Any, most: int) -> Any:
        """Which rows it does not take alone; None where they are more than ``most``.

        Where none may be, it is asked once.
        """
        if most == 0:
            return np.zeros(len(rows), dtype=bool) if self._takes(output, rows) else None
        found = np.zeros(len(rows), dtype=bool)
        waiting = [(0, len(rows))]
        while waiting:
            start, stop = waiting.pop()
            if start == stop or self._takes(output, rows[start:stop]):
                continue
            if stop - start == 1:
                found[start] = True
                if found.sum() > most:
                    return None
                continue
            middle = (start + stop) // 2
            waiting += [(start, middle), (middle, stop)]
        return found

    def _takes(self, output: str, rows: Any) -> bool:
        try:
            self.answer(output, rows)
        except Exception:  # noqa: BLE001 (the answer is that it does not)
            return False
        return True

    def _method(self, output: str) -> models.Loaded:
        return models.ready(self._model, {**self._choice, "output": output})

    def _columns(self, rows: Any) -> tuple[Any, ...]:
        """The rows as Series, as Spark would give them."""
        kinds = zip(self._plan.inputs, self._domains)
        return tuple(
            _unread(domain, len(rows)) if given.kind == UNREAD else _column(domain, rows[:, at])
            for at, (given, domain) in enumerate(kinds)
        )


def _unread(domain: Domain, rows: int) -> Any:
    dtype = _DTYPES.get(domain.type or "", None if domain.type == "string" else "float64")
    return pd.Series([_NOTHING.get(domain.type, 1)] * rows, dtype=dtype)


def _column(domain: Domain, values: Any) -> Any:
    if domain.is_text:
        import pyarrow as pa

        texts = [None if at < 0 else domain.texts[int(at)] for at in values]
        return pa.array(texts, pa.string()).to_pandas()
    missing = np.isnan(values)
    dtype = _DTYPES.get(domain.type or "", "float64")
    if dtype == "bool" and missing.any():
        return pd.Series([None if none else bool(v) for none, v in zip(missing, values)])
    if missing.any() and dtype != "float32":  # whole numbers come as doubles then
        dtype = "float64"
    return pd.Series(values.astype(dtype))
