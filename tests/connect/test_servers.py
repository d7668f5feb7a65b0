# SPDX-License-Identifier: Apache-2.0
"""Servers without our jar, with another version of it, and clients that know SQL alone."""

from __future__ import annotations

import re
import zipfile

import pytest
from clients import THIN, client

import connect_server
from fresh import run, spark_version
from sparkpredict import __version__
from sparkpredict import spark_home as home
from sparkpredict.diagnosis import EXTENSION

ASK = """
path = saved(sys.argv[1] + "/model")
result([error(lambda: bind("m", path)), error(sparkpredict.models), spark.version])
"""
MANIFEST = "META-INF/MANIFEST.MF"
OURS = home.jar_name("2.12" if spark_version() < (4, 0) else "2.13")
UNKNOWN = "[PREDICT_NOT_CONFIGURED] this Spark session does not know PREDICT:"


@pytest.fixture
def older(tmp_path):
    """Our jar as another version of it would be."""
    ours = home.jar(home.find())
    path = tmp_path / ours.name.replace(__version__, "0.0.9")
    with zipfile.ZipFile(ours) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == MANIFEST:
                changed = re.sub(rb"(Implementation-Version: )[^\r\n]+", rb"\g<1>0.0.9", content)
                assert changed != content
                content = changed
            target.writestr(name, content)
    return path


def test_a_server_without_our_jar_is_told_about_by_one_sentence(tmp_path):
    with connect_server.running(tmp_path, configured=False) as server:
        bound, models, spark = client(server, ASK, tmp_path)
    sentence = (
        f"on the Spark Connect server (Spark {spark}), spark.sql.extensions does not name the "
        f"extension; this Python package is {__version__}. Have {OURS} added to spark.jars of the "
        f"server and {EXTENSION} to its spark.sql.extensions, and the server restarted."
    )
    assert bound == ["ConfigurationError", f"{UNKNOWN} {sentence} SQLSTATE: 55000"]
    assert models == bound


def test_a_server_with_another_version_is_told_about_with_both_versions(tmp_path, older):
    conf = {"spark.sql.extensions": EXTENSION}
    with connect_server.running(tmp_path, conf, configured=False, jars=(str(older),)) as server:
        bound, models, _ = client(server, ASK, tmp_path)
    sentence = (
        f"on the Spark Connect server, its jar is version 0.0.9, this Python package is "
        f"{__version__}. Install spark-predict 0.0.9 here, or have {OURS} put on the server, and "
        "the server restarted."
    )
    assert bound == ["ConfigurationError", f"{UNKNOWN} {sentence} SQLSTATE: 55000"]
    assert models == bound


SQL_ALONE = """
__file__ = "a script"
import sys
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()

def told(query):
    try:
        return [list(row) for row in spark.sql(query).collect()]
    except Exception as error:
        condition = getattr(error, "getCondition", None) or error.getErrorClass
        return [type(error).__name__, condition(), str(error).partition("\\n")[0]]

result({
    "imported": "sparkpredict" in sys.modules,
    "info": told("SELECT predict_info()"),
    "unknown": told("SELECT PREDICT('m', 1)"),
    "literal": told("SELECT PREDICT(uuid(), 1)"),
    "missing": told("SELECT PREDICT()"),
    "switched off": [told("SET spark.synapse.ml.predict.enabled=false") and 0,
                     told("SELECT PREDICT('m', 1)")][1],
})
"""


def test_a_client_that_knows_sql_alone_gets_the_same_errors(server):
    told = run(SQL_ALONE, python=THIN, PYTHONPATH=None, SPARK_REMOTE=server.url)
    assert not told["imported"]
    assert '"models":[]' in told["info"][0][0]
    for query, condition, text in [
        (
            "unknown",
            "PREDICT_MODEL_NOT_FOUND",
            "model 'm' is not bound in this session; bound: none",
        ),
        ("literal", "PREDICT_ALIAS_NOT_LITERAL", "the model alias must be a string literal"),
        ("missing", "PREDICT_ALIAS_MISSING", "PREDICT needs the alias of a bound model"),
        ("switched off", "PREDICT_DISABLED", "PREDICT is switched off in this session."),
    ]:
        kind, found, message = told[query]
        assert (kind, found) == ("AnalysisException", condition)
        assert f"[{condition}] {text}" in message
