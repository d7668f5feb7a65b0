# SPDX-License-Identifier: Apache-2.0
"""What is known of a bound model, as the JVM tells it."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ModelInfo:
    """A bound model: what it is, what scores it, and why.

    Attributes:
        alias: what queries call it.
        uri: where it was bound from.
        digest: SHA-256 of its folder.
        flavor: the MLflow flavor that scores.
        return_type: what PREDICT returns, as DDL.
        engine: what scores: ``compiled`` or ``python``.
        reasons: for each engine one sentence, why it scores or why not.
        features: name and type of each input; empty where the model names none.
        details: everything else that the JVM said.
        sign_in: by which way the model's store was opened; None for a local folder.
        bad_rows: how many bad rows the queries of this session have met since the model was
            registered; None where that is not known: on Spark Connect, with ``on_error="fail"``,
            and in another process than the one that registered it. Rows of a task that Spark ran
            again may count twice, those of one that ended early do not count.
    """

    alias: str
    uri: str
    digest: str
    flavor: str
    return_type: str
    engine: str
    reasons: dict[str, str]
    features: tuple[tuple[str, str], ...]
    details: dict[str, Any]
    bad_rows: int | None = None
    sign_in: str | None = None

    @classmethod
    def from_json(cls, text: str, bad_rows: int | None = None) -> ModelInfo:
        """Reads what ``predict_info`` returned, and adds the bad rows that Python has met."""
        told = json.loads(text)
        in_jvm = told.get("bad_rows")
        if in_jvm is not None:
            bad_rows = in_jvm + (bad_rows or 0)
        return cls(
            alias=told["alias"],
            uri=told["choices"]["uri"],
            digest=told["digest"],
            flavor=told["model"]["flavor"],
            return_type=told["return_type"],
            engine=told["engine"],
            reasons=told["reasons"],
            features=tuple((f["name"], _type(f["type"])) for f in told["model"]["features"]),
            details=told,
            bad_rows=bad_rows,
            sign_in=told["choices"].get("sign_in"),
        )

    def _rows(self) -> list[tuple[str, str]]:
        count = self.details["model"]["feature_count"]
        told = self.details["model"]["features"]
        features = ", ".join(
            f"{name} {kind}{_nulls(feature)}" for (name, kind), feature in zip(self.features, told)
        )
        return [
            ("alias", self.alias),
            ("uri", self.uri),
            *([("sign-in", self.sign_in)] if self.sign_in is not None else []),
            ("digest", self.digest),
            ("flavor", self.flavor),
            (
                "features",
                features or (f"{count} without names" if count else "as the query names them"),
            ),
            ("returns", self.return_type),
            ("engine", self.engine),
            *((f"  {engine}", reason) for engine, reason in sorted(self.reasons.items())),
            *([("bad rows", str(self.bad_rows))] if self.bad_rows is not None else []),
            *(("note", note) for note in self.details["model"]["notes"]),
        ]

    def __str__(self) -> str:
        width = max(len(name) for name, _ in self._rows())
        return "\n".join(f"{name.ljust(width)}  {value}" for name, value in self._rows())

    def _repr_html_(self) -> str:
        cells = "".join(
            f"<tr><th style='text-align:left'>{html.escape(name)}</th>"
            f"<td style='text-align:left'>{html.escape(value)}</td></tr>"
            for name, value in self._rows()
        )
        return f"<table>{cells}</table>"


def _nulls(feature: dict[str, Any]) -> str:
    """Whether the model takes a NULL there, where that is known."""
    words: dict[Any, str] = {True: " (takes NULL)", False: " (takes no NULL)"}
    return words.get(feature.get("takes_null"), "")


def _type(kind: Any) -> str:
    if kind is None:
        return "any"
    return kind if isinstance(kind, str) else str(kind["type"])
