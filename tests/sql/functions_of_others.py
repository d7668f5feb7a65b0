# SPDX-License-Identifier: Apache-2.0
"""Functions that are not ours, to stand in a call's arguments and around it.

``py_plus_one`` runs row by row in Python, ``pandas_plus_one`` by batches, and ``java_plus_one`` in
the JVM, where Spark calls it as it does a function of Scala.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from pyspark.sql.functions import pandas_udf, udf

import javac
from sparkpredict import connect

SOURCE = """
import org.apache.spark.sql.api.java.UDF1;
public class PlusOne implements UDF1<Double, Double> {
  public Double call(Double value) { return value + 1.0; }
}
"""


def register(spark, folder):
    """Registers them in a session; the jar of the one in Java is written into the folder."""

    def add(values):
        return values + 1

    spark.udf.register("py_plus_one", udf(add, "double"))
    add.__annotations__ = {"values": pd.Series, "return": pd.Series}
    spark.udf.register("pandas_plus_one", pandas_udf(add, "double"))
    jar = javac.jar("PlusOne", SOURCE, Path(folder))
    if connect.is_connect(spark):
        spark.addArtifacts(str(jar))
    else:
        spark.sql(f"ADD JAR '{jar}'")
    spark.udf.registerJavaFunction("java_plus_one", "PlusOne", "double")
