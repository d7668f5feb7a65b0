# SPDX-License-Identifier: Apache-2.0
"""The Python that the JVM starts to bind a listed model: how its end is told, whenever it comes."""

from __future__ import annotations

import contextlib
import textwrap

import psutil
import pytest
from py4j.protocol import Py4JJavaError
from pyspark.sql.utils import AnalysisException

pytestmark = pytest.mark.classic


@pytest.fixture
def bind(spark, tmp_path):
    """Binds by a program of these lines; gives the answer, or the error's text."""
    jvm = spark.sparkContext._jvm
    listed = jvm.io.sparkpredict.listed

    def bind(lines, seconds=60, uri="models:/price/1"):
        program = tmp_path / "python"
        program.write_text("#!/bin/sh\n" + textwrap.dedent(lines))
        program.chmod(0o755)
        python = listed.BindingPython(str(program), "spark.pyspark.driver.python")
        questions = listed.BinderQuestions(spark.sparkContext._jsc.hadoopConfiguration())
        options = jvm.com.fasterxml.jackson.databind.ObjectMapper().createObjectNode()
        options.put("uri", uri)
        none = jvm.scala.Option.apply(None)
        model = listed.ListedModel("price", "models.yaml", 3, options, none)
        job = options.objectNode()
        job.set("model", options)
        folder = jvm.java.io.File(str(tmp_path))
        try:
            binder = listed.PythonBinder(python, questions, seconds)
            return binder.bind(model, job, folder).toString()
        except (AnalysisException, Py4JJavaError) as error:
            return str(error)

    return bind


def test_the_binding_is_what_follows_the_questions(bind):
    told = bind("""
        read job
        echo '{"ask": "type", "ddl": "DOUBLE"}'
        read answer
        echo "{\\"bound\\": $answer}"
    """)
    assert told == '{"answer":"double"}'


@pytest.mark.parametrize("size", [10, 200_000], ids=["all is written", "the pipe is full"])
def test_who_ends_before_it_was_told_anything_is_quoted(bind, size):
    # with so many tries some end before the first byte was written, and some after
    for _ in range(20):
        told = bind("echo 'no such library' >&2; exit 3", uri="x" * size)
        assert "[PREDICT_BINDER_FAILED] model 'price' of models.yaml, line 3" in told
        assert "ended with exit code 3" in told
        assert "no such library" in told


def test_who_says_something_else_is_quoted(bind):
    told = bind("read job; echo hello; echo 'not for you' >&2")
    assert "[PREDICT_BINDER_FAILED]" in told
    assert "ended with exit code" in told
    assert "not for you" in told


def test_who_takes_too_long_is_ended(bind, tmp_path):
    told = bind("echo 'still fetching' >&2; echo $$ > id; exec sleep 60", seconds=1)
    assert "[PREDICT_BINDER_FAILED]" in told
    assert "took more than spark.synapse.ml.predict.bind.timeout, 1 s" in told
    assert "still fetching" in told
    process = int((tmp_path / "id").read_text())
    with contextlib.suppress(psutil.NoSuchProcess):  # it has gone already
        psutil.Process(process).wait(5)
