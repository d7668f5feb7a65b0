# SPDX-License-Identifier: Apache-2.0
"""Secrets are planted where a run could find them, and looked for in all that it leaves behind."""

from __future__ import annotations

import boto3
import pytest
from moto.server import ThreadedMotoServer

from fresh import run, spark_home

CANARY = "canary"
ENVIRONMENT = {
    "AZURE_CLIENT_SECRET": "canary-of-azure-client",
    "AZURE_STORAGE_SAS_TOKEN": "sv=2024&sig=canary-of-azure-sas",
    "AZURE_STORAGE_KEY": "Y2FuYXJ5canary-of-azure-key",
    "AWS_ACCESS_KEY_ID": "canary-of-aws-id",
    "AWS_SECRET_ACCESS_KEY": "canary-of-aws-secret",
    "AWS_SESSION_TOKEN": "canary-of-aws-session",
    "MLFLOW_TRACKING_PASSWORD": "canary-of-mlflow-password",
    "MLFLOW_TRACKING_URI": "http://me:canary-in-mlflow-uri@127.0.0.1:9",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
}
SETTINGS = {
    "spark.hadoop.fs.azure.account.oauth2.client.secret.xyz.dfs.core.windows.net": "canary-conf",
    "spark.hadoop.fs.azure.account.key.xyz.dfs.core.windows.net": "canary-conf-key",
    "spark.hadoop.fs.s3a.secret.key": "canary-conf-s3a",
    # as docs/lock-down.md has it: Spark's own does not know the keys of storage accounts
    "spark.redaction.regex": "(?i)secret|password|token|access[.]?key|account[.]key|sas",
    "spark.synapse.ml.predict.probe.maxModelBytes": "0",
}

SCRIPT = """
import logging, os, sys, traceback
home, endpoint = sys.argv[1:3]
answers = os.fdopen(os.dup(1), "w")
log = os.open(home + "/driver.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
os.dup2(log, 1)
os.dup2(log, 2)
logging.basicConfig(level=logging.INFO)

import mlflow, pandas as pd
from pyspark.sql import SparkSession, functions as f
import sparkpredict
builder = (
    SparkSession.builder.master("local-cluster[1,1,1024]")
    .config("spark.ui.enabled", "false")
    .config("spark.eventLog.enabled", "true")
    .config("spark.eventLog.dir", "file://" + home + "/events")
    .config("spark.local.dir", home + "/local")
)
for setting in sys.argv[3:]:
    builder = builder.config(*setting.split("=", 1))
spark = sparkpredict.configure(builder).getOrCreate()
spark.sparkContext.setLogLevel("INFO")

def bound(uri, alias="m", **options):
    return sparkpredict.bind_model("DOUBLE", "mlflow", alias, uri, engine="python", **options)

def failing(uri, **options):
    "Binds what cannot be had; all that Python says of it goes to the log."
    try:
        bound(uri, **options)
        raise SystemExit(f"{uri} was bound")
    except Exception as error:
        traceback.print_exc()
        print(error, repr(error), vars(error), flush=True)

given = {"key": "canary-given-id", "secret": "canary-given-secret", "endpoint_url": endpoint}
model = bound("s3://models/spy", storage_options=given).register()
query = "SELECT PREDICT('m', id) AS s FROM range(4)"
told = {"scores": [row.s for row in spark.sql(query).collect()]}
own = f.udf(lambda: os.environ.get("AWS_SECRET_ACCESS_KEY"))
told["a function of one's own"] = spark.range(1).select(own()).collect()[0][0]
spark.sql(query).explain(True)
print(model, repr(model), model.info(), model.info().details, model.info()._repr_html_())
print(model.choices, model.again, spark.sql("SELECT predict_info('m')").collect())
print(vars(model.create_transformer()))
model.create_transformer().write().save(home + "/transformer")

dead = "127.0.0.1:9"
failing("s3://models/m", storage_options={**given, "endpoint_url": "http://" + dead})
failing("s3://me:canary-in-s3-uri@models/m")
failing("hdfs://me:canary-in-hdfs-uri@127.0.0.1/m")
failing("https://xyz.blob.core.windows.net/models/m?sv=1&sig=canary-in-sas-uri")
failing("https://canary-in-https-uri@xyz.blob.core.windows.net/models/m")
abfss = "abfss://models@xyz.dfs.core.windows.net/m"
failing(abfss, storage_options={"account_key": "canarykey123", "account_host": dead})
failing(abfss, storage_options={"sas_token": "sv=1&sig=canary-given-sas", "account_host": dead})
failing(abfss, storage_options={
    "connection_string": "BlobEndpoint=http://127.0.0.1:9/xyz;AccountName=xyz;"
    "AccountKey=canaryconnection=="
})
failing(abfss, storage_options={"connection_string": "AccountKey=canarybroken=="})
failing("models:/m/1")
failing("runs:/1/m")

class Fails(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        raise ValueError(f"this is what I see: {dict(os.environ)}")

mlflow.pyfunc.save_model(home + "/fails", python_model=Fails(), pip_requirements=["mlflow"])
bound(home + "/fails", "fails").register()
try:
    spark.sql("SELECT PREDICT('fails', id) FROM range(1)").collect()
    raise SystemExit("it has not failed")
except Exception:
    traceback.print_exc()
spark.stop()
print("RESULT " + json.dumps(told), file=answers, flush=True)
"""

SPY = """
import os
import mlflow, pandas as pd

class Spy(mlflow.pyfunc.PythonModel):
    def load_context(self, context):
        print("the spy's environment", dict(os.environ), flush=True)

    def predict(self, context, model_input, params=None):
        print("the spy is asked in", dict(os.environ), flush=True)
        wanted = "".join(("can", "ary"))  # the search is not to find this file
        seen = [name for name, value in os.environ.items() if wanted in value]
        return pd.Series([float(len(seen))] * len(model_input))
"""


@pytest.fixture(scope="module")
def left(tmp_path_factory):
    """What the run told, and the folder of all that it has left."""
    home = tmp_path_factory.mktemp("run")
    for folder in ("events", "spark", "temporary"):
        (home / folder).mkdir()
    for entry in spark_home().iterdir():
        if entry.name != "work":  # so that the executors' folders are ours
            (home / "spark" / entry.name).symlink_to(entry)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        url = "http://{}:{}".format(*server.get_host_and_port())
        stored(home / "spy", url)
        settings = [f"{key}={value}" for key, value in SETTINGS.items()]
        variables = {**ENVIRONMENT, "SPARK_HOME": home / "spark", "TMPDIR": home / "temporary"}
        variables["PYTEST_CURRENT_TEST"] = None  # it names this file
        return run(SCRIPT, home, url, *settings, **variables), home
    finally:
        server.stop()


def stored(folder, url):
    """Puts the spy into the bucket ``models``."""
    import mlflow

    space = {"__name__": "__main__"}
    exec(SPY, space)  # noqa: S102 (pickled by value, as from a notebook)
    mlflow.pyfunc.save_model(folder, python_model=space["Spy"](), pip_requirements=["mlflow"])
    keys = {"aws_access_key_id": "id", "aws_secret_access_key": "key", "region_name": "us-east-1"}
    client = boto3.client("s3", endpoint_url=url, **keys)
    client.create_bucket(Bucket="models")
    for path in folder.rglob("*"):
        if path.is_file():
            client.upload_file(str(path), "models", f"spy/{path.relative_to(folder)}")


def written(home):
    """All files of the run but Spark's own, by their names, and their bytes."""
    found, waiting = {}, [home]
    while waiting:
        for path in waiting.pop().iterdir():
            if path.is_symlink():
                continue
            if path.is_dir():
                waiting.append(path)
            else:
                found[str(path.relative_to(home))] = path.read_bytes()
    return found


def test_no_secret_is_in_anything_that_a_run_leaves(left):
    files = written(left[1])
    leaks = {
        name: content[max(0, at - 150) : at + 60]
        for name, content in files.items()
        if (at := content.find(CANARY.encode())) >= 0
    }
    assert leaks == {}


def test_the_search_reaches_the_logs_of_driver_and_executors_and_the_event_log(left):
    files = written(left[1])
    logs = {
        "driver": files["driver.log"],
        "executor": b"".join(c for n, c in files.items() if n.endswith(("stdout", "stderr"))),
        "events": b"".join(c for n, c in files.items() if n.startswith("events/")),
    }
    assert b"the spy's environment" in logs["executor"]
    assert b"the spy is asked in" in logs["executor"]
    assert b"PREDICT scores: " in logs["driver"]
    assert b"PREDICT_REMOTE_FAILED" in logs["driver"]
    assert b"this is what I see" in logs["driver"]
    assert b"SparkListenerSQLExecutionStart" in logs["events"]


def test_a_naive_function_on_the_same_executor_finds_them(left):
    assert left[0]["a function of one's own"] == ENVIRONMENT["AWS_SECRET_ACCESS_KEY"]
    assert left[0]["scores"] == [0.0] * 4


def test_no_copy_of_a_model_stays_in_the_folders_for_what_is_temporary(left):
    places = ("temporary/", "local/")
    assert [name for name in written(left[1]) if name.startswith(places)] == []
