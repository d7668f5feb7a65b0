# SPDX-License-Identifier: Apache-2.0
"""The return type that a user declares: from a DDL text, or a DataType as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyspark.sql import types as t

from sparkpredict import connect
from sparkpredict.errors import ReturnTypeError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def parse(return_types: str | t.DataType, spark: SparkSession) -> t.DataType:
    """The declared type of a DDL text in any case, or of a DataType.

    Args:
        return_types: ``"INT"``, ``"array<float>"``, ``"label INT, probability DOUBLE"``, ...
        spark: the session, whose JVM may have to parse the text.

    Raises:
        ReturnTypeError: it is not a type.
    """
    if isinstance(return_types, t.DataType):
        return return_types
    if not isinstance(return_types, str):
        raise ReturnTypeError(
            "PREDICT_RETURN_TYPE_INVALID",
            value=repr(return_types),
            cause="not a text or a DataType",
        )
    try:
        parsed: t.DataType = _from_ddl(return_types.strip(), spark)
    except Exception as error:  # each Spark version has its own parse error
        raise ReturnTypeError(
            "PREDICT_RETURN_TYPE_INVALID",
            value=repr(return_types),
            cause=str(error).strip().partition("\n")[0] or "empty",
        ) from error
    return parsed


def _from_ddl(text: str, spark: SparkSession) -> Any:
    if not text:
        raise ValueError("empty")
    return connect.data_type(spark, text)
