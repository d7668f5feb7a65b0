# SPDX-License-Identifier: Apache-2.0
"""What `import sparkpredict` brings along: nothing heavy, and no side effects."""

from __future__ import annotations

import sys

from fresh import run

HEAVY = (
    "adlfs",
    "azure.core",
    "azure.identity",
    "fsspec",
    "mlflow",
    "numpy",
    "pandas",
    "pyarrow",
    "pyspark.ml",
    "sklearn",
    "yaml",
)


def test_importing_brings_none_of_the_heavy_libraries():
    loaded = run(
        """
        import sys
        import pyspark.sql
        before = set(sys.modules)
        import sparkpredict
        result(sorted(set(sys.modules) - before))
        """
    )
    heavy = [name for name in loaded if name.startswith(HEAVY)]
    assert heavy == []
    assert "sparkpredict.bind" in loaded


def test_the_synapse_face_has_the_same_objects():
    same = run(
        """
        import azure.synapse.ml.predict as pcontext
        import azure.synapse.ml.predict.utils._logger as synapse_predict_logger
        import sparkpredict
        result([
            pcontext.bind_model is sparkpredict.bind_model,
            pcontext.models is sparkpredict.models,
            pcontext.__version__ == sparkpredict.__version__,
            synapse_predict_logger.logger.name,
        ])
        """
    )
    assert same == [True, True, True, "sparkpredict"]


def test_importing_starts_no_jvm_and_writes_no_file(tmp_path):
    told = run(
        """
        import os, sys, tempfile
        tempfile.tempdir = sys.argv[1]
        import sparkpredict
        from pyspark import SparkContext
        result([SparkContext._gateway is None, os.listdir(sys.argv[1])])
        """,
        tmp_path,
        python=sys.executable,
    )
    assert told == [True, []]
