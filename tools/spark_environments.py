# SPDX-License-Identifier: Apache-2.0
"""Other Sparks than that of `.venv`, and an executor that knows nothing of this project."""

from __future__ import annotations

from connect_environments import LIBRARIES
from venvs import (
    ENVS,
    SPARKS,
    VENV,
    Environment,
    base_interpreter,
    constraints,
    create_venv,
    install,
    install_spark,
    project_metadata,
    remove,
)
from versions import OLD_PYTHON, ROOT, Tested, joined, old_spark

WORKER = ENVS / "worker"
OLD_SPARK = ENVS / "py310-spark33"

# Of the life time of Spark 3.3: it uses what pandas 2 and numpy 2 took away.
OLD_LIBRARIES = (
    "pandas<2",
    "numpy<2",
    "pyarrow<15",
    "mlflow-skinny>=2.9",
    "scikit-learn",
    "skops",
    "lightgbm",
    "onnx>=1.14",
    "onnxruntime>=1.17,!=1.26.0",
    "pytest",
    "hypothesis",
    "psutil",
)
WORKER_LIBRARIES = (
    "googleapis-common-protos",  # this and the next three: a stream's function on a Connect server
    "grpcio",
    "grpcio-status",
    "zstandard",
    *LIBRARIES,
)


def worker_environment(main: Environment) -> Environment:
    """What an executor has where sparkpredict was never installed: `.venv`'s model libraries."""

    def make() -> None:
        remove(WORKER)
        create_venv(base_interpreter(), WORKER)
        install(WORKER, "--constraint", constraints(WORKER), *WORKER_LIBRARIES)

    return Environment(
        folder=WORKER,
        recipe=("worker", *main.recipe, *WORKER_LIBRARIES),
        announcement="making .venv/envs/worker, without sparkpredict (about a minute, once)",
        make=make,
    )


def old_spark_environment(interpreter: str) -> Environment:
    """Spark 3.3 on its last Python, with the libraries of its time."""
    spark = old_spark()

    def make() -> None:
        remove(OLD_SPARK)
        create_venv(interpreter, OLD_SPARK)
        install(OLD_SPARK, "hatchling", *OLD_LIBRARIES)
        install_spark(OLD_SPARK, spark.spark)
        install(OLD_SPARK, "--no-deps", "--no-build-isolation", "-e", str(ROOT))

    return Environment(
        folder=OLD_SPARK,
        recipe=("old", interpreter, spark.spark, project_metadata(), *OLD_LIBRARIES),
        announcement=(
            f"making .venv/envs/{OLD_SPARK.name}: Python {joined(OLD_PYTHON)} with Spark "
            f"{spark.spark} (about two minutes, once)"
        ),
        make=make,
    )


def spark_folder(entry: Tested) -> Environment:
    """`.venv/spark/VERSION`: another Spark for `.venv`'s Python, used by way of PYTHONPATH."""
    folder = SPARKS / entry.spark

    def make() -> None:
        remove(folder)
        # py4j is all that pyspark itself requires, and each version pins its own.
        install_spark(VENV, entry.spark, "--target", folder)

    return Environment(
        folder=folder,
        recipe=("spark", entry.spark),
        announcement=f"adding .venv/spark/{entry.spark} (about half a minute, once)",
        make=make,
    )
