# SPDX-License-Identifier: Apache-2.0
"""One Spark session for all tests, and small real models saved by MLflow."""

from __future__ import annotations

import itertools
import json
import os
import sys
import tempfile
from pathlib import Path

import pyspark
import pytest
from pyspark.sql import SparkSession

import saved
import sparkpredict
from connect_server import CONNECT, running
from engine import ENGINE
from examples import EXAMPLES, SEED
from onnx_environment import onnx_jar
from quick import QUICK

WANTED_SPARK = os.environ.get("SPARKPREDICT_SPARK_VERSION")

# Workers are started by name otherwise, and may be a Python without pandas.
os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
os.environ.setdefault("PYSPARK_DRIVER_PYTHON", sys.executable)

# Converting takes half a second for each model that nothing compiled; its own tests switch it on.
UNCONVERTED = {"spark.synapse.ml.predict.onnx.convert.enabled": "false"}

# What is fetched goes to a cache of this run.
_CACHES = tempfile.TemporaryDirectory(prefix="sparkpredict-tests-")
os.environ["XDG_CACHE_HOME"] = _CACHES.name

pytest.register_assert_rewrite("scores")

# No model is listed, but where a test writes this file.
MODELS_FILE = "spark.synapse.ml.predict.models"

_aliases = itertools.count(1)


def pytest_sessionstart():
    if WANTED_SPARK and pyspark.__version__ != WANTED_SPARK:
        pytest.exit(f"Spark {WANTED_SPARK} is wanted, {pyspark.__version__} is installed", 3)


def pytest_collection_modifyitems(config, items):
    if CONNECT:
        classic = [item for item in items if item.get_closest_marker("classic")]
        config.hook.pytest_deselected(items=classic)
        items[:] = [item for item in items if item not in classic]


def pytest_report_header():
    return (
        f"engine: {ENGINE}; properties: SPARKPREDICT_EXAMPLES={EXAMPLES} SPARKPREDICT_SEED={SEED}"
    )


@pytest.fixture(scope="session")
def spark(tmp_path_factory):
    """The session of the whole run."""
    home = tmp_path_factory.mktemp("spark")
    if CONNECT:
        # TIME is still switched off where a server reads types from a client.
        # The same queries are compiled in the classic session of another step.
        conf = {"spark.sql.timeType.enabled": "true", **QUICK}
        with running(home, conf, python=sys.executable) as server:
            os.environ["SPARK_REMOTE"] = server.url
            session = SparkSession.builder.getOrCreate()
            yield session
            session.stop()
        return
    builder = (
        SparkSession.builder.master("local[2]")
        .appName("sparkpredict-tests")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.warehouse.dir", str(home / "warehouse"))
        .config("spark.driver.extraJavaOptions", f"-Dderby.system.home={home / 'derby'}")
        .config("spark.jars", str(onnx_jar()))
        # It takes half a second for each model; the tests of it switch it on.
        .config("spark.synapse.ml.predict.onnx.convert.enabled", "false")
        .config(MODELS_FILE, str(home / "models.yaml"))
    )
    (home / "models.yaml").touch()
    session = sparkpredict.configure(builder).getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture
def other(spark):
    """A second session of the same application, which knows no model yet."""
    yield spark.newSession()
    # A session becomes the thread's active one when it makes a frame; bind_model asks for that one.
    spark.createDataFrame([], "x INT")


@pytest.fixture
def alias():
    """An alias that no other test uses."""
    return f"m{next(_aliases)}"


@pytest.fixture
def bind(spark, alias):
    """Binds and registers a saved model under this test's alias; taken out again at the end."""
    bound = []

    def bind_and_register(folder, returns="DOUBLE", as_alias=alias, runtime="mlflow", **options):
        options.setdefault("engine", ENGINE)
        model = sparkpredict.bind_model(
            returns, runtime, as_alias, str(folder), spark=spark, **options
        ).register()
        bound.append(model)
        return model

    yield bind_and_register
    for model in bound:
        model.unregister()


@pytest.fixture
def listed(spark):
    """Writes the application's models file: aliases, each with its options; empty at the end."""
    path = Path(spark.conf.get(MODELS_FILE))

    def write(**entries):
        part = path.with_suffix(".part")
        part.write_text(json.dumps(entries, indent=1))  # which is YAML
        part.replace(path)

    yield write
    write()


@pytest.fixture
def bare(bind):
    """Binds a bare ONNX graph, each under an alias of its own."""

    def bind_graph(path, returns="FLOAT", **options):
        return bind(path, returns, f"g{next(_aliases)}", runtime="onnx", **options)

    return bind_graph


@pytest.fixture
def sessions(spark):
    """The open sessions of ONNX Runtime in this JVM: none when a test begins."""
    found = spark.sparkContext._jvm.io.sparkpredict.engine.onnx.Sessions
    found.evict(0)
    assert found.open() == 0
    return found


@pytest.fixture
def conf(spark):
    """Sets a conf of the session until the test ends."""
    before = {}

    def set_until_the_end(key, value):
        before.setdefault(key, spark.conf.get(key, None))
        spark.conf.set(key, value)

    yield set_until_the_end
    for key, value in before.items():
        if value is None:
            spark.conf.unset(key)
        else:
            spark.conf.set(key, value)


@pytest.fixture
def quick(conf):
    """What pays off for large queries is left out of the test's."""
    for key, value in QUICK.items():
        conf(key, value)


@pytest.fixture(params=[True, False], ids=["ansi", "not ansi"])
def ansi(request, conf):
    """Whether Spark's ANSI mode is on: both, one after the other."""
    conf("spark.sql.ansi.enabled", str(request.param).lower())
    return bool(request.param)


@pytest.fixture(scope="session")
def points(spark):
    """Forty rows: id, a and b as doubles, k as text; also the temporary view ``points``."""
    rows = [(at, at % 7 - 3.0, at % 5 * 0.5, f"k{at % 3}") for at in range(40)]
    # One partition: a task with a Python worker costs Spark more than these rows.
    frame = spark.createDataFrame(rows, "id BIGINT, a DOUBLE, b DOUBLE, k STRING").coalesce(1)
    frame.createOrReplaceTempView("points")
    return frame


@pytest.fixture(scope="session")
def regression(tmp_path_factory):
    """2a - b + 0.5, with a signature over a and b."""
    return saved.regression(tmp_path_factory.mktemp("regression"), signed=True)


@pytest.fixture(scope="session")
def reordered(tmp_path_factory):
    """Another model of the same features in the other order: -3b + 10a - 4."""
    return saved.regression(
        tmp_path_factory.mktemp("reordered"),
        signed=True,
        features=("b", "a"),
        weights=(-3.0, 10.0),
        intercept=-4.0,
    )


@pytest.fixture(scope="session")
def unsigned(tmp_path_factory):
    """2a - b + 0.5, fitted on a bare numpy matrix and saved without a signature."""
    return saved.regression(tmp_path_factory.mktemp("unsigned"), signed=False)


@pytest.fixture(scope="session")
def labels(tmp_path_factory):
    """A decision tree that answers with the texts ``low``, ``middle`` and ``high``."""
    return saved.labels(tmp_path_factory.mktemp("labels"))


@pytest.fixture(scope="session")
def pair(tmp_path_factory):
    """A regression with two targets: its answer is a matrix of two columns."""
    return saved.pair(tmp_path_factory.mktemp("pair"))
