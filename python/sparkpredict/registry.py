# SPDX-License-Identifier: Apache-2.0
"""Registers a binding: a carrier function, then one conf entry that points at it.

Public API only, so the same lines serve classic sessions and Spark Connect. The conf entry is what
commits; the JVM reads it when a query is analysed. The twin of the JVM's ``Binding``.
"""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
import typing
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sparkpredict import bad_row_counts, conf, connect, jvm, returns, ship
from sparkpredict.errors import one_line
from sparkpredict.info import ModelInfo
from sparkpredict.session import installation, told_by_jvm
from sparkpredict.worker.carrier import CAPTURED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pyspark.sql import SparkSession
    from pyspark.sql import types as t

    from sparkpredict.cache import Kept

log = logging.getLogger(__name__)

_SCHEMA = 1
_POINTER_LIMIT = 2048
_NO_PART = frozenset({"safe_mode", "sign_in", "uri"})  # of an identity: the scores are the same
_kept: weakref.WeakKeyDictionary[Any, dict[str, Kept | None]] = weakref.WeakKeyDictionary()


@dataclass(frozen=True)
class Registration:
    """What is written for an alias.

    Attributes:
        alias: as the user wrote it.
        digest: of the model.
        artifact: the name under which it was shipped.
        declared: the declared return type.
        carrier: what the carrier returns.
        spec: what the worker is told.
        choices: what the user chose when binding, and the URI.
        reads_params: whether what is asked of the model reads MLflow's inference parameters.
        kept: its place in the cache, where it stays while it is bound.
    """

    alias: str
    digest: str
    artifact: str
    declared: t.DataType
    carrier: returns.Carrier
    spec: dict[str, Any]
    choices: dict[str, Any]
    reads_params: bool
    kept: Kept | None = None


def models(spark: SparkSession | None = None) -> dict[str, ModelInfo]:
    """The models that a session has bound, by alias; SQL's ``predict_models()`` tells of all.

    One of which the binding cannot be read is left out, with a warning that says why.

    Args:
        spark: the session; the active one if not given.

    Raises:
        ConfigurationError: there is no session, or it does not know PREDICT.
    """
    session, found = installation(spark)
    told = {alias: _info_if_whole(session, alias) for alias in found["models"]}
    return {alias: model for alias, model in told.items() if model is not None}


def _info_if_whole(spark: SparkSession, alias: str) -> ModelInfo | None:
    try:
        return info(spark, alias)
    except Exception as error:  # Spark's AnalysisException, which is another class in each kind
        if "[PREDICT_" not in str(error):
            raise
        log.warning("left out %r: %s", alias, one_line(error))
        return None


def info(spark: SparkSession, alias: str) -> ModelInfo:
    """What the JVM says of a bound alias.

    Raises:
        AnalysisException: the alias is not bound.
    """
    told = told_by_jvm(spark, f"predict_info({_literal(alias)})")
    found = json.loads(told)
    bad_rows = bad_row_counts.of(_carrier_name(found["alias"], found["version"]))
    return ModelInfo.from_json(told, bad_rows)


def identity(digest: str, declared: t.DataType, choices: dict[str, Any]) -> str:
    """What makes two bindings one: the model and what was chosen, not how it came here."""
    chosen = {name: value for name, value in choices.items() if name not in _NO_PART}
    text = json.dumps([digest, declared.jsonValue(), chosen], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def put(spark: SparkSession, registration: Registration) -> None:
    """Binds an alias in a session; the one write of its conf entry is what makes it so."""
    key, old_key = _key(registration.alias), _key(spelling(spark, registration.alias))
    before = _pointer(spark, old_key)
    version = _version(registration.artifact)
    name = _carrier_name(registration.alias, version)
    package = ship.worker_code(spark)
    spec = json.dumps(registration.spec)
    count = bad_row_counts.start(spark, name, registration.choices["on_error"])
    carrier = _carrier(spark, registration, package, spec, count, connect.row_sum(spark))
    spark.udf.register(name, carrier)
    pointer = {
        "schema": _SCHEMA,
        "alias": registration.alias,
        "version": version,
        "digest": registration.digest,
        "identity": identity(registration.digest, registration.declared, registration.choices),
        "artifact": registration.artifact,
        "carrier": name,
        "reads_params": registration.reads_params,
        "retired": before["carrier"] if before else None,
        "choices": {**registration.choices, "returns": registration.declared.jsonValue()},
    }
    spark.conf.set(key, _fitting(spark, pointer))
    kept = _kept.setdefault(spark, {})
    if old_key != key:
        spark.conf.unset(old_key)
        kept.pop(old_key, None)
    kept[key] = registration.kept
    if before and before.get("retired"):
        _drop(spark, before["retired"])
    if before and before["artifact"] != registration.artifact:
        _end(spark, before["artifact"])


def remove(spark: SparkSession, alias: str) -> None:
    """Takes a binding away; queries that were analysed before keep their model."""
    key = _key(spelling(spark, alias))
    pointer = _pointer(spark, key)
    if pointer is None:
        return
    spark.conf.unset(key)
    _kept.get(spark, {}).pop(key, None)
    for carrier in (pointer["carrier"], pointer.get("retired")):
        if carrier:
            _drop(spark, carrier)
    _end(spark, pointer["artifact"])


def spelling(spark: SparkSession, alias: str) -> str:
    """The bound alias that the session's case sensitivity takes this one for, else the alias."""
    _, found = installation(spark)
    bound = found["models"]
    if alias in bound or conf.flag(spark, "spark.sql.caseSensitive"):
        return alias
    same = [name for name in bound if name.lower() == alias.lower()]
    return same[0] if len(same) == 1 else alias


def _version(artifact: str) -> str:
    """A number that is new, and by which the JVM knows the artifact that the carrier scores by."""
    digest = Path(artifact).stem.removeprefix("predict-")
    return secrets.token_hex(8) + digest[:32]


def _carrier_name(alias: str, version: str) -> str:
    return f"__predict_{alias.encode().hex()}_{version}"


def _key(alias: str) -> str:
    return conf.BINDING + alias.encode().hex()


def _pointer(spark: SparkSession, key: str) -> dict[str, Any] | None:
    text = spark.conf.get(key, None)
    return json.loads(text) if text else None


def _fitting(spark: SparkSession, pointer: dict[str, Any]) -> str:
    """The pointer's text; choices that are too long for a conf go into a file of their own."""
    text = json.dumps(pointer)
    if len(text.encode()) <= _POINTER_LIMIT:
        return text
    choices = pointer.pop("choices")
    return json.dumps({**pointer, "choices_artifact": ship.text(spark, json.dumps(choices))})


def _drop(spark: SparkSession, carrier: str) -> None:
    spark.sql(f"DROP TEMPORARY FUNCTION IF EXISTS `{carrier}`")
    bad_row_counts.drop(carrier)


def _end(spark: SparkSession, artifact: str) -> None:
    if not connect.is_connect(spark):
        jvm.end_binding(spark, artifact)


def _carrier(
    spark: SparkSession,
    registration: Registration,
    package: str,
    spec: str,
    count: Callable[[int], None] | None,
    rows: Any | None,
) -> Any:
    """The pandas UDF that a worker runs. It names nothing of ours but the shipped package."""
    import pandas as pd

    def score(batches: Iterator[Any]) -> Iterator[pd.Series]:
        import importlib.util
        import sys
        from pathlib import Path

        from pyspark import SparkFiles

        if importlib.util.find_spec(package) is None:
            # Spark does not tell the tasks of a stream the folder of their Connect session.
            sessions = Path(SparkFiles.getRootDirectory()).glob(f"*/{package}.zip")
            sys.path.extend(str(path) for path in sessions)
        scorer = importlib.import_module(f"{package}.worker.scorer")
        for scores in scorer.score(spec, batches, count):
            if rows is not None:
                rows.add(len(scores))
            yield scores

    # Spark reads the evaluation type from these, as types of typing and not as texts.
    columns = typing.Tuple[pd.Series, ...]  # noqa: UP006
    answer: Any = pd.DataFrame if _is_struct(registration) else pd.Series
    score.__annotations__ = {
        "batches": typing.Iterator[columns],
        "return": typing.Iterator[answer],
    }
    make = connect.pandas_udf(spark)
    carrier = registration.carrier.type
    return returns.checked(lambda: make(score, returnType=carrier), registration.declared)


def _is_struct(registration: Registration) -> bool:
    return registration.carrier.shape["kind"] in {"struct", "exact", CAPTURED}


def _literal(text: str) -> str:
    """A text for SQL that no escaping rule and no variable substitution changes."""
    return f"CAST(X'{text.encode().hex()}' AS STRING)"
