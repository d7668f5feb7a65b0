# SPDX-License-Identifier: Apache-2.0
"""What an application was started with is a ceiling for its sessions."""

from __future__ import annotations

import pytest

import saved
from fresh import run

PREFIX = "spark.synapse.ml.predict."

SCRIPT = """
import json, sys
from pathlib import Path
from pyspark.sql import SparkSession
import sparkpredict
from sparkpredict.errors import PredictError
trusted, other, key, home = sys.argv[1:]
builder = (
    sparkpredict.configure(SparkSession.builder.master("local[1]"))
    .config("spark.ui.enabled", "false")
    .config(key + "trustedUriPrefixes", trusted)
    .config(key + "fetch.maxFiles", "50")
)
spark = builder.getOrCreate()
told = {}

def bound(name, folder, session=spark, **options):
    try:
        model = sparkpredict.bind_model("DOUBLE", "mlflow", "m", folder, spark=session, **options)
        told[name] = model.register().alias
    except PredictError as error:
        told[name] = error.condition
    except Exception as error:
        told[name] = str(error).split("]")[0].strip("[")

bound("trusted", trusted + "/model")
bound("elsewhere", other + "/model")
spark.sql(f"SET {key}trustedUriPrefixes=/")
bound("elsewhere, all set", other + "/model")
bound("elsewhere, new session", other + "/model", spark.newSession())
builder.config(key + "trustedUriPrefixes", "/").getOrCreate()
bound("elsewhere, by the builder", other + "/model")
spark.sql(f"SET {key}trustedUriPrefixes={trusted}/below")
bound("trusted, narrowed", trusted + "/model")
spark.sql(f"SET {key}trustedUriPrefixes={trusted}")
spark.sql(f"SET {key}fetch.maxFiles=1000000")
for at in range(60):
    Path(trusted, "model", f"{at}.txt").touch()
bound("too many files", trusted + "/model")
for at in range(60):
    Path(trusted, "model", f"{at}.txt").unlink()
spark.sql(f"SET {key}cacheDir={home}/evil")
told["cache"] = str(sparkpredict.cache.of(spark).folder)

# Anybody who can run SET can write a pointer; it must not lead to another file or function.
bound("again", trusted + "/model")
entry = key + "binding." + "m".encode().hex()
pointer = json.loads(spark.conf.get(entry))

def asked(name, **changed):
    spark.sql(f"SET {entry}={json.dumps({**pointer, **changed})}")
    try:
        told[name] = spark.sql("SELECT PREDICT('m', 1D, 2D)").collect()[0][0]
    except Exception as error:
        told[name] = str(error).split("\\\\n")[0]

from sparkpredict import ship
import shutil
here = next(path for path in ship.staging().iterdir() if path.name == pointer["artifact"])
shutil.copy(here, home)
asked("as it was")
asked("an artifact in another folder", artifact=home + "/" + here.name)
asked("a file by a path", artifact="../" * 20 + home + "/" + here.name)
asked("a file of the system", artifact="/etc/passwd")
asked("another digest", digest="0" * 64)
asked("another function", carrier="upper")
from sparkpredict import artifact
from sparkpredict.descriptor import Descriptor
made = artifact.draft(Path(other, "model"), Path(home))
made = made.finish(Descriptor(digest=made.digest, flavor="pyfunc", layout="frame"))
spark.sql(f"ADD FILE '{made.path}'")
asked("a model of one's own", artifact=made.path.name, digest=made.digest)
del pointer["choices"]
asked("choices elsewhere", choices_artifact="../../../../../../etc/passwd")

# A model that looks for secrets when it is loaded and when it is asked.
import mlflow, os, pandas as pd
from pyspark.sql import functions as f

class Spy(mlflow.pyfunc.PythonModel):
    def load_context(self, context):
        self.seen = os.environ.get("AZURE_CLIENT_SECRET", "")

    def predict(self, context, model_input, params=None):
        now = os.environ.get("AZURE_CLIENT_SECRET", "")
        return pd.Series([float(len(self.seen) + len(now))] * len(model_input))

mlflow.pyfunc.save_model(trusted + "/spy", python_model=Spy())
sparkpredict.bind_model("DOUBLE", "mlflow", "spy", trusted + "/spy", engine="python").register()
own = f.udf(lambda: os.environ.get("AZURE_CLIENT_SECRET"))
one = spark.range(1).select(f.expr("PREDICT('spy', id)"))
told["secrets of a worker"] = one.collect()[0][0]
told["secrets of another function"] = spark.range(1).select(own()).collect()[0][0]
result(told)
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    home = tmp_path_factory.mktemp("locked")
    (home / "trusted").mkdir()
    (home / "other").mkdir()
    saved.regression(home / "trusted", signed=True)
    saved.regression(home / "other", signed=True)
    secret = {"AZURE_CLIENT_SECRET": "canary"}
    return run(SCRIPT, home / "trusted", home / "other", PREFIX, home, **secret), home


@pytest.mark.parametrize(
    ("what", "answer"),
    [
        ("trusted", "m"),
        ("elsewhere", "PREDICT_URI_NOT_TRUSTED"),
        ("elsewhere, all set", "PREDICT_URI_NOT_TRUSTED"),
        ("elsewhere, new session", "PREDICT_URI_NOT_TRUSTED"),
        ("elsewhere, by the builder", "PREDICT_URI_NOT_TRUSTED"),
        ("trusted, narrowed", "PREDICT_URI_NOT_TRUSTED"),
        ("too many files", "PREDICT_MODEL_FOLDER_UNSAFE"),
        ("again", "m"),
        ("as it was", 0.5),
    ],
)
def test_a_later_set_narrows_and_never_widens(told, what, answer):
    assert told[0][what] == answer


def test_the_cache_stays_where_it_was(told):
    assert told[0]["cache"].endswith("/sparkpredict")
    assert str(told[1]) not in told[0]["cache"]


def test_a_model_sees_no_secret_of_its_worker(told):
    assert told[0]["secrets of a worker"] == 0
    assert told[0]["secrets of another function"] == "canary"


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("an artifact in another folder", "its artifact is in a folder that is not ship.folder"),
        ("a file by a path", "its artifact is in a folder that is not ship.folder"),
        ("a file of the system", "its artifact is none"),
        ("another digest", "has another digest"),
        ("another function", "its function is none of PREDICT's"),
        ("a model of one's own", "its function is another model's"),
        ("choices elsewhere", "its choices are no file of PREDICT's"),
    ],
)
def test_a_pointer_that_was_set_by_hand_leads_nowhere(told, what, said):
    assert "PREDICT_BINDING_BROKEN" in told[0][what]
    assert said in told[0][what]
