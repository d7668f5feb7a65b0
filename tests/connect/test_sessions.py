# SPDX-License-Identifier: Apache-2.0
"""Bindings are of one session of the server: how long they live there, and who sees them."""

from __future__ import annotations

import json
import time

import pytest
from clients import client

import connect_server

TWO = """
folder = sys.argv[1]
saved(folder + "/one"), saved(folder + "/two", (10.0, -3.0))
one, two = (SparkSession.builder.remote(os.environ["SPARK_REMOTE"]).create() for _ in "ab")
bind("m", folder + "/one", spark=one)
before = list(sparkpredict.models(two))
bind("m", folder + "/two", spark=two)
query = "SELECT PREDICT('m', 1D, 2D)"
result({
    "sessions": len({one.session_id, two.session_id}),
    "before": before,
    "scores": [s.sql(query).collect()[0][0] for s in (one, two, one)],
    "expected": [f(1.0, 2.0), f(1.0, 2.0, (10.0, -3.0)), f(1.0, 2.0)],
    "unregistered": error(lambda: (
        sparkpredict.bind_model("DOUBLE", "mlflow", "m", folder + "/one", spark=one).unregister()
    )),
    "after": [list(sparkpredict.models(s)) for s in (one, two)],
})
one.stop(), two.stop()  # pyspark waits for ever for the channels of those that are not stopped
"""

QUERIES_OF_TWO = 3

LEAVING = """
bind("m", saved(sys.argv[1] + "/model"))
score = spark.sql("SELECT PREDICT('m', 1D, 2D)").collect()[0][0]
result({"session": spark.session_id, "score": score})
os._exit(0)  # as a client that is killed: the session is not closed
"""

COMING_BACK = """
sent = []
send = type(spark).addArtifacts
type(spark).addArtifacts = lambda self, *at, **how: sent.append(at) or send(self, *at, **how)
score = spark.sql("SELECT PREDICT('m', 1D, 2D)").collect()[0][0]
found, info = list(sparkpredict.models()), sparkpredict.models()["m"]
model = bind("m", sys.argv[1] + "/model")
again = spark.sql("SELECT PREDICT('m', 1D, 2D)").collect()[0][0]
model.unregister()
result({"session": spark.session_id, "score": score, "found": found, "uri": info.uri,
        "again": again, "sent": sent, "after": list(sparkpredict.models())})
"""


def test_two_sessions_do_not_see_each_others_models(server, tmp_path):
    told = client(server, TWO, tmp_path, remote=f"{server.url}/;user_id=auditor")
    assert told["sessions"] == 2
    assert told["before"] == []
    assert told["scores"] == told["expected"]
    assert told["unregistered"] is None
    assert told["after"] == [[], ["m"]]
    audited = audit(server, "auditor")
    assert [line["models"][0]["uri"] for line in audited] == [
        str(tmp_path / model) for model in ("one", "two", "one")
    ]


def audit(server, user):
    """The lines of a user in the server's log, of which the last may still be on its way."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        written = server.log.read_text().split("PREDICT scores: ")[1:]
        lines = [json.loads(text.partition("\n")[0]) for text in written if "\n" in text]
        found = [line for line in lines if line["user"] == user]
        if len(found) == QUERIES_OF_TWO:
            break
        time.sleep(0.1)
    return found


def test_who_comes_back_to_a_session_finds_its_models_and_sends_nothing_again(server, tmp_path):
    left = client(server, LEAVING, tmp_path)
    remote = f"{server.url}/;session_id={left['session']}"
    back = client(server, COMING_BACK, tmp_path, remote=remote)
    assert back["session"] == left["session"]
    assert back["found"] == ["m"]
    assert back["uri"] == str(tmp_path / "model")
    assert back["score"] == back["again"] == left["score"] == -0.0 + 2.0 - 2.0 + 0.5
    assert back["sent"] == []
    assert back["after"] == []


OURS = ("predict-*", "sparkpredict_worker_*")


def ours(server):
    """What there is of us below the folders in which the server and its executors keep files."""
    roots = (server.local, server.local.parent / "artifacts")
    found = (path for root in roots for pattern in OURS for path in root.rglob(pattern))
    return sorted({path.relative_to(server.local.parent).as_posix() for path in found})


@pytest.fixture(scope="module")
def forgetful(tmp_path_factory):
    """A server that ends a session soon after its last request, and whose executor keeps one."""
    conf = {
        "spark.connect.session.manager.defaultSessionTimeout": "3s",
        "spark.connect.session.manager.maintenanceInterval": "1s",
        "spark.executor.isolatedSessionCache.size": "1",
    }
    with connect_server.running(tmp_path_factory.mktemp("forgetful"), conf) as started:
        yield started


def test_a_client_that_goes_away_leaves_nothing_behind(forgetful, tmp_path):
    """The server forgets the session; its executor, when another one has taken the place."""
    left = client(forgetful, LEAVING, tmp_path)
    assert ours(forgetful)
    other = """
    spark.udf.register("one", F.udf(lambda x: 1, "int"))
    spark.addArtifacts(__import__("json").__file__, file=True)
    result(spark.sql("SELECT one(id) FROM range(1)").collect()[0][0])
    spark.stop()
    """
    deadline = time.monotonic() + 60
    while ours(forgetful) and time.monotonic() < deadline:
        time.sleep(1)
        client(forgetful, "\n".join(line[4:] for line in other.splitlines()))
    assert ours(forgetful) == []
    remote = f"{forgetful.url}/;session_id={left['session']}"
    gone = client(forgetful, "result(error(sparkpredict.models))", remote=remote)
    assert "SESSION_CLOSED" in gone[1]
