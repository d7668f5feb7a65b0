# SPDX-License-Identifier: Apache-2.0
"""Classic sessions on clusters that let Python call only some methods of their JVM.

The fake is of py4j's side: a call of our own by a name that is not allowed fails with the text of
such clusters; pyspark's own calls are let through, unless the name is forbidden to all. It cannot
show what else such clusters forbid.
"""

from fresh import run

SCRIPT = """
import sys
import numpy as np, pandas as pd, mlflow
import py4j.java_gateway, py4j.protocol
from pyspark.sql import SparkSession, functions as F
from sklearn.linear_model import LinearRegression
import sparkpredict

forbidden, to_all = set(), set()
call = py4j.java_gateway.JavaMember.__call__

def guarded(self, *arguments):
    ours = sys._getframe(1).f_globals["__name__"].startswith("sparkpredict")
    if self.name in to_all or (ours and self.name in forbidden):
        raise py4j.protocol.Py4JError(
            "An error occurred while calling " + self.name + ". Trace:\\n"
            "py4j.security.Py4JSecurityException: Method public " + self.name + "() is not "
            "whitelisted"
        )
    return call(self, *arguments)

py4j.java_gateway.JavaMember.__call__ = guarded
frame = pd.DataFrame({"a": [1.0, 2.0, 4.0], "b": [3.0, 5.0, 1.0]})
mlflow.sklearn.save_model(
    LinearRegression().fit(frame, frame.a), sys.argv[1], pip_requirements=["scikit-learn"]
)
builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
spark = (sparkpredict.configure(builder) if "configured" in sys.argv else builder).getOrCreate()

def bind(uri=sys.argv[1]):
    return sparkpredict.bind_model("DOUBLE", "mlflow", "m", uri).register()

def error(call):
    try:
        call()
    except sparkpredict.PredictError as found:
        return str(found)
"""
JVM = '{"sessionState", "sharedState", "newHadoopConf", "versionNumberString"}'


def test_a_configured_session_needs_nothing_of_the_jvm(tmp_path):
    told = run(
        SCRIPT
        + f"forbidden |= {JVM}\n"
        + """
model = bind()
data = spark.createDataFrame(frame)
data.createOrReplaceTempView("v")
sql = [row[0] for row in spark.sql("SELECT PREDICT('m', *) FROM v").collect()]
transformer = model.create_transformer().setInputCols(["a", "b"]).setOutputCol("p")
from sparkpredict import connect
result([sql, [row.p for row in transformer.transform(data).collect()],
        model.predict(frame).tolist(), connect.hadoop_settings(spark)("fs.some.key")])
""",
        tmp_path / "model",
        "configured",
    )
    sql, transformed, driver, setting = told
    assert sql == transformed == driver
    assert setting is None


def test_a_session_that_cannot_be_attached_to_says_what_its_admin_sets(tmp_path):
    told = run(SCRIPT + f"forbidden |= {JVM}\nresult(error(bind))\n", tmp_path / "model")
    assert told.startswith("[PREDICT_NOT_CONFIGURED] this Spark session does not know PREDICT: ")
    assert (
        "This cluster does not let Python use its JVM: ask its admin to add spark-predict's jar to "
        "spark.jars and io.sparkpredict.PredictExtensions to spark.sql.extensions."
    ) in told


def test_where_no_file_can_be_sent_the_sentence_names_what_must_be_allowed(tmp_path):
    script = SCRIPT + 'to_all |= {"addFile"}\nresult(error(bind))\n'
    told = run(script, tmp_path / "model", "configured")
    assert told.startswith("[PREDICT_JVM_FORBIDDEN] this cluster does not let Python send files")
    assert "Use a Spark Connect session, or have the admin of the cluster allow addFile" in told
