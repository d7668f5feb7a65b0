# SPDX-License-Identifier: Apache-2.0
"""A graph's answers for rows, and how far from them another runtime's may be."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from sparkpredict.errors import one_line

_STEPS = 4  # of a narrower type
MOST_TOLD = 300  # characters of what the library says
_SAFETY = 4.0
_MOST_VALUES = 1 << 19
_FEWEST_ROWS = 4
_PASSES = 4  # alone, together, again, with a step of the inputs
_SHARE = 0.5  # of the time there is, the rest is for loading


class Refused(Exception):
    """Why a graph has no probes: one sentence without a full stop.

    Attributes:
        row: the row that shows it, where one does.
    """

    def __init__(self, reason: str, row: int | None = None) -> None:
        super().__init__(reason)
        self.row = row


@dataclass(frozen=True)
class Precision:
    """How near is the same, where last bits are free.

    Attributes:
        relative: a share of the value.
        absolute: added to it.
        nudge: by which share of themselves inputs are moved to see how much that moves an answer.
    """

    relative: float
    absolute: float
    nudge: float


# Nets in float32: other processors sum in another order. The step is about eight of a float32.
SINGLE = Precision(relative=1e-4, absolute=1e-5, nudge=1e-6)
# What another library computes in float64 by the same formula.
DOUBLE = Precision(relative=1e-9, absolute=1e-12, nudge=1e-14)
PRECISIONS = {"float": SINGLE, "double": DOUBLE}


class Asked:
    """One graph, asked row by row and all at once.

    Args:
        session: of ONNX Runtime.
        names: the outputs that count.
        feeds: for each input the values of all rows.
        seconds: how long all may take; of a slow graph fewer rows are asked.
        precision: how near another runtime's answers are to be.

    Attributes:
        taken: the rows that it takes and was asked all at once.
        refused: the other rows that it was asked, and for each what it said.

    Raises:
        Refused: it takes no row, or what it says of a row is not settled by the row.
    """

    def __init__(
        self,
        session: Any,
        names: list[str],
        feeds: dict[str, Any],
        seconds: float,
        precision: Precision = SINGLE,
    ) -> None:
        self._session = session
        self._precision = precision
        self.refused: dict[int, str] = {}
        self._names = names
        count = len(next(iter(feeds.values())))
        alone: dict[int, list[Any]] = {}
        most = count
        for row in range(count):
            started = time.monotonic()
            found = self._alone({name: values[row : row + 1] for name, values in feeds.items()})
            if found is None:
                self.refused[row] = self._why
                continue
            if not alone:
                most = _affordable(found, time.monotonic() - started, seconds)
            alone[row] = found
            if len(alone) == most:
                break
        if not alone:
            raise Refused(f"no row is known that it takes: {self._why}")
        self.taken = np.asarray(list(alone))
        kept = {name: values[self.taken] for name, values in feeds.items()}
        self._together = self._all(kept)
        again = self._all(kept)
        nudged = self._all({n: _nudged(values, precision.nudge) for n, values in kept.items()})
        for name in names:
            self._check_rows(name)
        self._within = {name: self._tolerance(name, nudged[name]) for name in names}
        self._close = self._unsettled(nudged)
        for at, name in enumerate(names):
            if self._differing(name, again[name]) is not None:
                raise Refused(f"its output {name} is another each time that it is asked")
            by_row = _one_below_another([one[at] for one in alone.values()])
            if self._differing(name, by_row) is not None:
                raise Refused(f"its output {name} for a row depends on the rows beside it")

    def answer(self, name: str, arrays: dict[str, Any]) -> dict[str, Any]:
        """What the probes say of an output; its arrays are added to the others."""
        values = self._together[name]
        told: dict[str, Any] = {"shape": list(values.shape[1:])}
        if self._within[name] is not None:
            arrays[f"within.{name}"] = self._within[name].reshape(-1)
            told["within"] = f"within.{name}"
        elif self._close.any():
            arrays[f"close.{name}"] = self._close.astype(np.uint8)
            told["close"] = f"close.{name}"
        if values.dtype == object:
            texts = list(dict.fromkeys(values.ravel().tolist()))
            codes = np.asarray([texts.index(text) for text in values.ravel()], dtype=np.int32)
            arrays[f"output.{name}"] = codes
            return {**told, "codes": f"output.{name}", "texts": texts}
        arrays[f"output.{name}"] = values.reshape(-1).astype(np.float64)
        return {**told, "values": f"output.{name}"}

    def _alone(self, feeds: dict[str, Any]) -> list[Any] | None:
        try:
            return list(self._run(feeds).values())
        except Exception as error:  # noqa: BLE001 (any error says that it does not take the row)
            self._why = one_line(error)[:MOST_TOLD]
            return None

    def _all(self, feeds: dict[str, Any]) -> dict[str, Any]:
        try:
            return self._run(feeds)
        except Exception as error:
            cause = one_line(error)[:MOST_TOLD]
            raise Refused(f"it takes rows alone and not together: {cause}") from error

    def _run(self, feeds: dict[str, Any]) -> dict[str, Any]:
        found = self._session.run(self._names, feeds)
        return dict(zip(self._names, (np.asarray(one) for one in found)))

    def _check_rows(self, name: str) -> None:
        shape = self._together[name].shape
        if not shape or shape[0] != len(self.taken):
            raise Refused(f"its output {name} has not one row for each row of its inputs")

    def _tolerance(self, name: str, nudged: Any) -> Any:
        """How far numbers may be: by a share, and by what a step of the inputs' makes of them."""
        values = self._together[name]
        if values.dtype.kind != "f":
            return None
        relative = self._relative(values)
        values, nudged = values.astype(np.float64), nudged.astype(np.float64)
        if values.shape != nudged.shape:
            return np.full(values.shape, np.inf)
        with np.errstate(invalid="ignore", over="ignore"):
            moved = np.where(values == nudged, 0.0, np.abs(nudged - values))
            near = self._precision.absolute + relative * np.abs(values) + _SAFETY * moved
        both = np.isnan(values) & np.isnan(nudged)
        same = ~np.isfinite(values) & (both | (values == nudged))
        return np.where(same, 0.0, np.where(np.isfinite(near), near, np.inf))

    def _unsettled(self, nudged: dict[str, Any]) -> Any:
        """The rows for which another label is as right."""
        found = np.zeros(len(self.taken), dtype=bool)
        for name in self._names:
            values = self._together[name]
            if self._within[name] is None:
                differ = values != nudged[name]
                found |= np.asarray(differ).reshape(len(found), -1).any(axis=1)
            elif values.ndim == 2 and values.shape[1] > 1:
                first = np.sort(values.astype(np.float64), axis=1)[:, -2:]
                with np.errstate(invalid="ignore"):
                    gap = first[:, 1] - first[:, 0]
                    near = self._precision.absolute + self._relative(values) * np.abs(first[:, 1])
                    found |= ~(gap > near)
        return found

    def _relative(self, values: Any) -> float:
        return max(self._precision.relative, _STEPS * float(np.finfo(values.dtype).eps))

    def compare(self, name: str, expected: Any) -> int:
        """Puts another model's answers in the place of the graph's, where they agree.

        Args:
            name: of an output.
            expected: the other model's answers for the rows that are taken.

        Returns:
            For how many rows both have another label, which is as right.

        Raises:
            Refused: they do not agree.
        """
        values = self._together[name]
        if expected.size != values.size:
            raise Refused(f"its output {name} has another shape than the Python model's answer")
        expected = expected.reshape(values.shape)
        row = self._differing(name, expected)
        if row is not None:
            told = f"{_told(values[row])}, and the Python model's {_told(expected[row])}"
            raise Refused(f"its {name} is {told}", int(self.taken[row]))
        ties = 0
        if self._within[name] is None:
            ties = int((values != expected).reshape(len(values), -1).any(axis=1).sum())
            expected = expected.astype(values.dtype)
        self._together[name] = expected
        return ties

    def _differing(self, name: str, others: Any) -> int | None:
        """The first row that differs by more than it may."""
        values, within = self._together[name], self._within[name]
        if values.shape != others.shape:
            return 0
        if within is None:
            wrong = (values != others).reshape(len(values), -1).any(axis=1) & ~self._close
        else:
            values, others = values.astype(np.float64), others.astype(np.float64)
            with np.errstate(invalid="ignore"):
                near = (values == others) | (np.abs(values - others) <= within) | np.isinf(within)
            near |= np.isnan(values) & np.isnan(others)
            wrong = ~near.reshape(len(values), -1).all(axis=1)
        return int(np.flatnonzero(wrong)[0]) if wrong.any() else None


def _told(row: Any) -> str:
    values = np.ravel(row).tolist()
    return str(values[0] if len(values) == 1 else values)[:100]


def _affordable(answers: list[Any], took: float, seconds: float) -> int:
    """How many rows: a power of two, so that one graph mostly has the same ones."""
    by_size = _MOST_VALUES // max(sum(np.size(one) for one in answers), 1)
    by_time = _SHARE * seconds / (_PASSES * max(took, 1e-9))
    return int(2 ** np.floor(np.log2(max(_FEWEST_ROWS, min(by_size, by_time)))))


def _one_below_another(answers: list[Any]) -> Any:
    """The answers of single rows; of no rows, where they do not fit together."""
    try:
        return np.concatenate(answers)
    except ValueError:
        return np.empty(0)


def _nudged(values: Any, nudge: float) -> Any:
    """The next values but a few, by which a sum's sensitivity shows; others stay."""
    if values.dtype.kind != "f":
        return values
    signs = np.where(np.arange(values.size).reshape(values.shape) % 2, 1.0, -1.0)
    step = max(nudge, float(np.finfo(values.dtype).eps))
    return (values * (1.0 + step * signs)).astype(values.dtype)
