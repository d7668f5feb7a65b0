# SPDX-License-Identifier: Apache-2.0
"""Python scores where ONNX Runtime does not load, or a graph is too new for it; why is told."""

from __future__ import annotations

import zipfile

import onnx
import pytest
from test_onnx_idle import LOGGING

import onnx_graphs
from fresh import run
from onnx_environment import onnx_jar

SCRIPT = """
    import pathlib, shutil, sys
    from pyspark.sql import SparkSession
    import sparkpredict

    path, jar, local, folder = sys.argv[1:]
    builder = (
        SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
        .config("spark.jars", jar).config("spark.local.dir", local)
        .config("spark.driver.extraJavaOptions", f"-Djava.io.tmpdir={folder}")
    )
    spark = sparkpredict.configure(builder).getOrCreate()
    if folder.endswith("gone"):
        shutil.rmtree(folder)

    def bind(alias, **options):
        return sparkpredict.bind_model("DOUBLE", "onnx", alias, path, spark=spark, **options)

    model = bind("m").register()
    query = "SELECT PREDICT('m', id * 1D, 2D * id) FROM range(3)"
    scores = [row[0] for row in spark.sql(query).collect()]
    try:
        bind("forced", engine="onnx").register()
        spark.sql("SELECT PREDICT('forced', 1D, 2D)").collect()
        forced = None
    except Exception as error:
        forced = str(error)
    result([model.info().engine, model.info().reasons["onnx"], scores, forced])
"""


@pytest.fixture
def spoilt(tmp_path):
    """The jar of ONNX Runtime with native libraries that are none."""
    path = tmp_path / onnx_jar().name
    with zipfile.ZipFile(onnx_jar()) as whole, zipfile.ZipFile(path, "w") as broken:
        for name in whole.namelist():
            is_native = "/native/" in name and not name.endswith("/")
            broken.writestr(name, b"no library" if is_native else whole.read(name))
    return path


@pytest.fixture
def told(tmp_path):
    """Runs the script; gives what it told, and what the JVM warned of."""

    def ran(path, jar, folder="there"):
        log, temporary = tmp_path / "log", tmp_path / folder
        temporary.mkdir()
        (tmp_path / "log4j2.properties").write_text(LOGGING.format(log=log))
        found = run(SCRIPT, path, jar, tmp_path / "local", temporary, SPARK_CONF_DIR=tmp_path)
        lines = log.read_text().splitlines()
        return found, [line for line in lines if line.startswith("WARN")]

    return ran


def refusal(reason):
    """What a query is told that asks for this engine and no other."""
    return (
        "[PREDICT_ENGINE_REFUSES] model 'forced' is bound with engine='onnx', which does not score "
        f"it: {reason}. Leave engine out, or take 'python'."
    )


@pytest.mark.parametrize(
    ("what", "cause"), [("jar", ".so: "), ("folder", "gone")], ids=["a jar", "a folder"]
)
def test_a_library_that_does_not_load_leaves_the_graph_to_python(
    told, tmp_path, spoilt, what, cause
):
    path = onnx_graphs.linear(tmp_path / "model.onnx")
    (engine, reason, scores, forced), warned = (
        told(path, spoilt) if what == "jar" else told(path, onnx_jar(), "gone")
    )
    assert (engine, scores) == ("python", [0.5, 0.5, 0.5])
    reason = reason.replace("not taken: ", "", 1)
    assert reason.startswith("ONNX Runtime's native library does not load: ")
    assert "-Djava.io.tmpdir" in reason
    assert cause in reason
    assert warned == [f"WARN {reason}"], "one line, however often it was asked"
    assert refusal(reason) in forced


@pytest.mark.parametrize("what", ["IR version", "opset"])
def test_a_graph_that_is_too_new_leaves_itself_to_python(told, tmp_path, what):
    """Python's ONNX Runtime is newer here than the JVM's, as on many clusters."""
    path = onnx_graphs.linear(tmp_path / "model.onnx")
    graph = onnx.load(str(path))
    if what == "opset":
        graph.opset_import[0].version = 27
    else:
        graph.ir_version = 14
    path.write_bytes(graph.SerializeToString())
    (engine, reason, scores, forced), warned = told(path, onnx_jar())
    assert (engine, scores) == ("python", [0.5, 0.5, 0.5])
    reason = reason.replace("not taken: ", "", 1)
    assert reason.startswith("ONNX Runtime refuses it: ")
    assert what in reason
    assert len(warned) == 1
    assert warned[0].endswith(reason)
    assert refusal(reason) in forced
