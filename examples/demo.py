# SPDX-License-Identifier: Apache-2.0
"""Trains a small model, binds it, and scores it in the five ways there are: `make demo`.

Nothing is downloaded and nothing stays: the data ships with scikit-learn, the model is saved to a
temporary folder, and Spark runs on this machine.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import textwrap
import time
import warnings
from pathlib import Path

import mlflow
import pandas as pd
import sklearn
from mlflow.models import infer_signature
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import lit
from sklearn.datasets import load_diabetes
from sklearn.ensemble import GradientBoostingRegressor

import sparkpredict

PATIENTS = load_diabetes(as_frame=True, scaled=False)
ROUNDING = 1e-9
QUERY = """
    SELECT age, bmi, PREDICT('progression', *) AS progression
    FROM patients
    WHERE PREDICT('progression', *) > 250
"""


def main() -> None:
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        uri = save(Path(folder) / "progression")
        spark = start()
        try:
            show(spark, uri)
        finally:
            spark.stop()
    step(f"done in {time.monotonic() - started:.0f} s")


def save(path: Path) -> str:
    """Trains on the patients and writes the model as MLflow does everywhere."""
    step("train a scikit-learn model on 442 patients and save it with MLflow")
    model = GradientBoostingRegressor(n_estimators=50, random_state=0)
    model.fit(PATIENTS.data, PATIENTS.target)
    mlflow.sklearn.save_model(
        model,
        path,
        signature=infer_signature(PATIENTS.data, PATIENTS.target),
        pip_requirements=[f"scikit-learn=={sklearn.__version__}"],
        serialization_format="cloudpickle",  # skops asks whether trees are to be trusted
    )
    say(", ".join(sorted(file.name for file in path.iterdir())))
    return str(path)


def start() -> SparkSession:
    """Starts Spark with PREDICT; the rest only keeps the output short."""
    step("start Spark with sparkpredict.configure")
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    quiet = Path(__file__).with_name("log4j2.properties").as_uri()
    builder = (
        SparkSession.builder.master("local[2]")
        .config("spark.driver.extraJavaOptions", f"-Dlog4j2.configurationFile={quiet}")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.shuffle.partitions", "2")
    )
    spark = sparkpredict.configure(builder).getOrCreate()
    say(f"Spark {spark.version}, spark-predict {sparkpredict.__version__}")
    return spark


def show(spark: SparkSession, uri: str) -> None:
    """Binds the model and scores with it."""
    step("bind the model: from now on queries of this session call it 'progression'")
    model = sparkpredict.bind_model("DOUBLE", "mlflow", "progression", uri).register()
    say(str(model))

    patients = spark.createDataFrame(PATIENTS.data)
    patients.createOrReplaceTempView("patients")

    step("score with SQL, in SELECT and in WHERE")
    say(QUERY)
    worst = spark.sql(QUERY)
    table(worst)

    step("the same call twice is scored once: the plan has one ScoreBlocks, and no Python")
    say(plan(worst))

    step("score with model.udf(lit('progression'), *df.columns)")
    scores = patients.withColumn("score", model.udf(lit("progression"), *patients.columns))
    table(scores.select("age", "bmi", "score"))

    step("score with a pyspark.ml Transformer")
    transformer = model.create_transformer().setInputCols(patients.columns).setOutputCol("score")
    table(transformer.transform(patients).select("age", "bmi", "score"))

    step("score with model.predict, here on the driver")
    local = model.predict(PATIENTS.data)
    say(local.head(3).to_string())
    same(local, scores)

    step("ask about the model with model.info(); in SQL: SELECT predict_info('progression')")
    say(str(model.info()))


def same(local: pd.Series, scores: DataFrame) -> None:
    """The demo must not show scores that differ by more than the order of a sum."""
    difference = (scores.toPandas()["score"] - local).abs().max()
    if difference > ROUNDING:
        sys.exit(f"model.udf and model.predict differ by {difference}")
    say("model.udf and model.predict agree on all 442 patients")


def plan(frame: DataFrame) -> str:
    """The physical plan's tree, as EXPLAIN prints it."""
    explained = frame._jdf.queryExecution().executedPlan().toString()  # noqa: SLF001
    return "\n".join(line[:110] for line in explained.splitlines())


def table(frame: DataFrame) -> None:
    """The first three rows."""
    say(frame.limit(3).toPandas().round(2).to_string(index=False))


def step(text: str) -> None:
    print(f"\n== {text}", flush=True)


def say(text: str) -> None:
    print(textwrap.indent(textwrap.dedent(text.strip("\n")).strip("\n"), "   "), flush=True)


if __name__ == "__main__":
    logging.getLogger("mlflow").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", category=FutureWarning, module="pyspark")
    main()
