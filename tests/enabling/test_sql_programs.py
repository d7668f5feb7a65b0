# SPDX-License-Identifier: Apache-2.0
"""Programs without a line of Python: the shell of SQL, and a job in a jar.

Spark 4 keeps the files of a job's session apart from the application's; a shell's it does not.
"""

from __future__ import annotations

import subprocess

import pytest

import javac
import submitted
from fresh import environment, spark_home, spark_version
from listed_models import EXPECTED, SCORED, TABLE, conf, entries, numbers, write

ENGINES = [["churn", "compiled"], ["graph", "onnx"], ["price", "python"]]
ASKED = (f"{SCORED} ORDER BY id", "SELECT alias, engine FROM predict_models() ORDER BY alias")
JOB = """
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
public class Job {
  public static void main(String[] args) {
    SparkSession spark = SparkSession.builder().getOrCreate();
    for (String query : args)
      for (Row row : spark.sql(query).collectAsList())
        System.out.println("ROW\\t" + row.mkString("\\t"));
    spark.stop();
  }
}
"""

pytestmark = pytest.mark.classic


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The models file, and what was bound for its models once."""
    folder = tmp_path_factory.mktemp("programs")
    write(folder, entries(folder))
    return folder


@pytest.fixture(scope="module")
def run(folder):
    """Runs one of Spark's programs with that file; gives what it wrote, in fields."""

    def run(program, *arguments):
        done = subprocess.run(
            [
                str(spark_home() / "bin" / program),
                *submitted.options(folder, conf(folder)),
                *arguments,
            ],
            cwd=folder,  # the catalogue of Derby goes there
            env=environment({"SPARK_HOME": spark_home()}),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return [line.split("\t") for line in done.stdout.splitlines() if "\t" in line]

    return run


def check(lines):
    assert [[*scores, at] for *scores, at in numbers(lines[:4])] == [
        [*scores, at] for at, scores in enumerate(EXPECTED)
    ]
    assert lines[4:] == ENGINES


# One program on each line: they are slow to start.
@pytest.mark.skipif(spark_version() >= (4, 0), reason="the job in a jar runs here")
def test_the_shell_of_sql_scores_by_each_engine(run):
    check(run("spark-sql", "-e", "; ".join([TABLE, *ASKED])))


@pytest.mark.skipif(spark_version() < (4, 0), reason="the shell of SQL runs here")
def test_a_job_in_a_jar_scores_by_each_engine(run, folder):
    jar = javac.jar("Job", JOB, folder)
    here = TABLE.partition(" AS ")[2]
    views = [query.replace("FROM customers", f"FROM ({here})") for query in ASKED]
    lines = run("spark-submit", "--class", "Job", str(jar), *views)
    check([line[1:] for line in lines])
