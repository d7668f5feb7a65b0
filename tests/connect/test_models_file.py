# SPDX-License-Identifier: Apache-2.0
"""A server whose admin has listed models, a client that knows SQL alone, and what the log keeps."""

from __future__ import annotations

import json
import re
import sys

from clients import THIN

import connect_server
from fresh import run
from listed_models import EXPECTED, PREFIX, SCORED, TABLE, conf, entries, write
from onnx_environment import onnx_jar

SCRIPT = """
__file__ = "a script"
import sys
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
table, scored, prefix = sys.argv[1:]

def told(query):
    try:
        return [list(row) for row in spark.sql(query).collect()]
    except Exception as error:
        return [type(error).__name__, str(error).partition("\\n")[0]]

told(table)
scores = told(scored)
engines = told("SELECT alias, engine FROM predict_models() ORDER BY alias")
told(f"SET {prefix}models=others.yaml")
set_to = told(f"SET {prefix}models")
result([scores, engines, set_to, told(scored)])
"""


def test_a_client_without_our_package_scores_by_what_the_server_lists(tmp_path):
    listed = entries(tmp_path)
    write(tmp_path, listed)
    settings = {key: str(value) for key, value in conf(tmp_path).items()}
    settings["spark.pyspark.driver.python"] = sys.executable
    jars = (str(onnx_jar()),)
    with connect_server.running(tmp_path, settings, jars=jars) as server:
        variables = {"PYTHONPATH": None, "SPARK_REMOTE": f"{server.url}/;user_id=ada"}
        told = run(SCRIPT, TABLE, f"{SCORED} ORDER BY id", PREFIX, python=THIN, **variables)
        scores, engines, set_to, again = told
        expected = [[*row, at] for at, row in enumerate(EXPECTED)]
        assert set_to == [[f"{PREFIX}models", "others.yaml"]]
        assert scores == again == expected
        assert engines == [["churn", "compiled"], ["graph", "onnx"], ["price", "python"]]
        lines = re.findall("PREDICT scores: (.*)", server.log.read_text())
    audited = [json.loads(line) for line in lines]
    assert {line["user"] for line in audited} == {"ada"}
    asked = [sorted((one["alias"], one["uri"]) for one in line["models"]) for line in audited]
    assert asked == [sorted((alias, entry["uri"]) for alias, entry in listed.items())] * 2
