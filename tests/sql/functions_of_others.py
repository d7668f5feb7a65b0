# SPDX-License-Identifier: Apache-2.0
"""Functions that are not ours, to stand in a call's arguments and around it.

``py_plus_one`` runs row by row in Python, ``pandas_plus_one`` by batches, and ``java_plus_one`` in
the JVM, where Spark calls it as it does a function of Scala.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import pandas as pd
from pyspark.sql.functions import pandas_udf, udf

SOURCE = """
public class PlusOne implements org.apache.spark.sql.api.java.UDF1 {
  public Object call(Object value) { return Double.valueOf(((Double) value).doubleValue() + 1.0); }
}
"""


def register(spark, folder):
    """Registers them in a session; the jar of the one in Java is written into the folder."""

    def add(values):
        return values + 1

    spark.udf.register("py_plus_one", udf(add, "double"))
    add.__annotations__ = {"values": pd.Series, "return": pd.Series}
    spark.udf.register("pandas_plus_one", pandas_udf(add, "double"))
    spark.sql(f"ADD JAR '{jar(spark, folder)}'")
    session = spark._jsparkSession
    loaded = session.sharedState().jarClassLoader().loadClass("PlusOne")
    double = spark._jvm.org.apache.spark.sql.types.DataTypes.DoubleType
    # the compiler writes no generic signature, which registerJavaFunction would read
    session.udf().register("java_plus_one", loaded.newInstance(), double)


def jar(spark, folder):
    """Compiled by the compiler that Spark brings along for its generated code."""
    compiler = spark._jvm.org.codehaus.janino.SimpleCompiler()
    compiler.setTargetVersion(8)
    compiler.cook(SOURCE)
    path = Path(folder) / "plus-one.jar"
    with zipfile.ZipFile(path, "w") as archive:
        for name, code in compiler.getBytecodes().items():
            archive.writestr(f"{name}.class", bytes(code))
    return path
