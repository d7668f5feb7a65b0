# SPDX-License-Identifier: Apache-2.0
"""How the tests start a program of Spark's that has our jar, our extension and ONNX Runtime."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from onnx_environment import onnx_jar
from sparkpredict import spark_home
from sparkpredict.diagnosis import EXTENSION


def options(folder: Path, conf: dict[str, Any]) -> list[str]:
    """Of `spark-submit` and of what calls it.

    Args:
        folder: where its tables go.
        conf: further settings.
    """
    settings = {
        "spark.sql.extensions": EXTENSION,
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.warehouse.dir": folder / "warehouse",
        **conf,
    }
    return [
        *("--master", "local[2]", "--jars", f"{spark_home.jar(spark_home.find())},{onnx_jar()}"),
        *(part for key, value in settings.items() for part in ("--conf", f"{key}={value}")),
    ]
