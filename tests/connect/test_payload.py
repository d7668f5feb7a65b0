# SPDX-License-Identifier: Apache-2.0
"""What travels with a model reaches the JVM of server and executors: by digest, in pieces."""

from __future__ import annotations

import pytest
from clients import client

import connect_server
import javac

BYTES = 200_000_000

# Runs where Spark calls it: in a task, or on the server for a query without one.
PROBE = """
import io.sparkpredict.model.ArtifactFile;
import io.sparkpredict.model.Descriptor;
import io.sparkpredict.model.Member;
import java.io.InputStream;
import java.nio.file.Files;
import java.security.MessageDigest;

public class ArtifactProbe {
  public static String unpacked(String artifact, String name) throws Exception {
    ArtifactFile found = ArtifactFile.find(artifact);
    Member member = Descriptor.of(found).members().apply(name);
    MessageDigest sha = MessageDigest.getInstance("SHA-256");
    byte[] chunk = new byte[1 << 20];
    try (InputStream stream = Files.newInputStream(found.unpacked(member).toPath())) {
      for (int count = stream.read(chunk); count >= 0; count = stream.read(chunk)) {
        sha.update(chunk, 0, count);
      }
    }
    return hexadecimal(sha.digest()) + " " + found.unpacked(member).getPath();
  }

  public static String bytes(String artifact, String name) throws Exception {
    ArtifactFile found = ArtifactFile.find(artifact);
    byte[] content = found.bytes(Descriptor.of(found).members().apply(name));
    return hexadecimal(MessageDigest.getInstance("SHA-256").digest(content)) + " " + content.length;
  }

  private static String hexadecimal(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte one : bytes) text.append(String.format("%02x", one));
    return text.toString();
  }
}
"""

SCRIPT = """
import dataclasses, hashlib, json, time
from pathlib import Path
from sparkpredict import artifact, inspect, package, registry, ship

size, folder = int(sys.argv[1]), Path(sys.argv[2])
found = package.read(Path(saved(str(folder / "model"))))
draft = artifact.draft(found.folder, folder)
content = np.random.default_rng(7).bytes(size)
member = draft.add("payload.bin", content)
assert member.sha256 == hashlib.sha256(content).hexdigest()
told = inspect.inspected(found, draft.digest, None).descriptor
made = draft.finish(dataclasses.replace(told, members={"payload.bin": member}))
started = time.perf_counter()
name = ship.model(spark, made)
seconds = time.perf_counter() - started
started = time.perf_counter()
assert ship.model(spark, made) == name
again = time.perf_counter() - started

def seen(method, rows, partitions):
    rows = spark.range(0, rows, 1, partitions).selectExpr(
        f"reflect('ArtifactProbe', '{method}', '{name}', 'payload.bin') AS told",
        "spark_partition_id() AS part",
    ).collect()
    return sorted({row.told for row in rows})

confs = {row.key: row.value for row in spark.sql("SET").collect()}
result({
    "member": member.sha256, "name": name, "seconds": seconds, "again": again,
    "unpacked": seen("unpacked", 8, 8), "bytes": seen("bytes", 2, 2),
    "server": spark.sql(f"SELECT reflect('ArtifactProbe', 'bytes', '{name}', 'payload.bin')")
        .collect()[0][0],
    "longest conf": max(len(str(value)) for value in confs.values()),
    "plan": len(spark.sql(f"EXPLAIN EXTENDED SELECT PREDICT('m', 1D, 2D)").collect()[0][0])
        if bind("m", str(folder / "model")) else 0,
})
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    folder = tmp_path_factory.mktemp("payload")
    probe = javac.jar("ArtifactProbe", PROBE, folder)
    with connect_server.running(
        folder, master="local-cluster[2,1,1024]", jars=(str(probe),)
    ) as server:
        yield client(server, SCRIPT, BYTES, tmp_path_factory.mktemp("model"))


def test_each_executor_unpacks_the_payload_once_and_checks_it(told):
    digests, paths = zip(*(text.split(" ") for text in told["unpacked"]), strict=True)
    assert set(digests) == {told["member"]}
    assert len(set(paths)) == 2


def test_a_payload_can_be_read_into_memory_there_and_on_the_server(told):
    assert told["bytes"] == [f"{told['member']} {BYTES}"]
    assert told["server"] == f"{told['member']} {BYTES}"


def test_it_is_sent_once(told):
    assert told["again"] < told["seconds"] / 10


def test_neither_a_conf_nor_a_plan_holds_it(told):
    assert told["longest conf"] < 10_000
    assert told["plan"] < 10_000
