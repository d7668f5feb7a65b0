# SPDX-License-Identifier: Apache-2.0
"""The one module that touches py4j."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyspark.sql import Column, SparkSession


def call_function(spark: SparkSession, name: str, *arguments: Column) -> Column:
    """A call of a registered function as a Column.

    ``pyspark.sql.functions.call_function`` where it exists (3.5 and later), else the JVM's callUDF.
    """
    from pyspark.sql import functions

    if hasattr(functions, "call_function"):
        return functions.call_function(name, *arguments)
    from pyspark.sql.column import Column as ClassicColumn
    from pyspark.sql.column import _to_seq

    context: Any = spark.sparkContext
    sequence = _to_seq(context, [column._jc for column in arguments])
    return ClassicColumn(context._jvm.org.apache.spark.sql.functions.callUDF(name, sequence))
