# SPDX-License-Identifier: Apache-2.0
"""The wheel, installed into an empty environment: what a user gets."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from fresh import ROOT, environment, run
from sparkpredict import __version__

WHEEL = ROOT / "dist" / f"spark_predict-{__version__}-py3-none-any.whl"


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The interpreter of an environment that holds the wheel and what it asks for."""
    assert WHEEL.is_file(), f"no {WHEEL.name}: run make wheel"
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = folder / "bin" / "python"
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--no-compile", WHEEL, "scikit-learn"],
        check=True,
        env=environment({"PYTHONPATH": None}),
    )
    return python


@pytest.fixture
def spark_alone(tmp_path):
    """A folder with the Spark under test and nothing else, as a platform brings one."""
    import py4j
    import pyspark

    for package in (pyspark, py4j):
        here = Path(package.__file__).parent
        (tmp_path / here.name).symlink_to(here, target_is_directory=True)
    return tmp_path


def test_the_extra_spark_asks_for_a_supported_one():
    told = zipfile.ZipFile(WHEEL).read(f"spark_predict-{__version__}.dist-info/METADATA").decode()
    assert "Requires-Dist: pyspark>=3.3; extra == 'spark'" in told


def test_the_wheel_holds_both_jars_and_leaves_the_namespaces_open():
    names = zipfile.ZipFile(WHEEL).namelist()
    jars = [name for name in names if name.endswith(".jar")]
    assert sorted(jars) == [
        f"sparkpredict/jars/spark-predict_2.12-{__version__}.jar",
        f"sparkpredict/jars/spark-predict_2.13-{__version__}.jar",
    ]
    for namespace in ("azure", "azure/synapse", "azure/synapse/ml"):
        assert f"{namespace}/__init__.py" not in names
    assert "azure/synapse/ml/predict/__init__.py" in names


def test_the_wheel_scores_from_an_empty_environment(installed, spark_alone, tmp_path):
    told = run(
        """
        import os, sys
        import mlflow, numpy as np, pandas as pd
        from sklearn.linear_model import LinearRegression
        from pyspark.sql import SparkSession
        from pyspark.sql.functions import lit
        import sparkpredict
        import azure.synapse.ml.predict as pcontext
        import azure.synapse.ml.predict.utils._logger as synapse_predict_logger
        frame = pd.DataFrame(np.random.default_rng(3).normal(size=(20, 2)), columns=["a", "b"])
        estimator = LinearRegression().fit(frame, frame.a - 3 * frame.b)
        # exact steps: with others BLAS answers with other last bits for another size of batch
        estimator.coef_, estimator.intercept_ = np.array([1.0, -4.0]), 0.5
        import mlflow.sklearn
        mlflow.sklearn.save_model(estimator, "model")
        spark = sparkpredict.configure(
            SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
        ).getOrCreate()
        data = spark.createDataFrame(frame)
        data.createOrReplaceTempView("v")
        model = pcontext.bind_model("DOUBLE", "mlflow", "m", "model").register()
        result({
            "file": sparkpredict.__file__,
            "expected": estimator.predict(frame).tolist(),
            "scores": [row[0] for row in spark.sql("SELECT PREDICT('m', *) FROM v").collect()],
            "udf": [r[0] for r in data.select(model.udf(lit("m"), "a", "b")).collect()],
        })
        """,
        python=installed,
        cwd=tmp_path,
        PYTHONPATH=spark_alone,
    )
    assert Path(told["file"]).is_relative_to(installed.parents[1])
    assert told["scores"] == told["udf"] == told["expected"]
