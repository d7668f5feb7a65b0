# SPDX-License-Identifier: Apache-2.0
"""A real Thrift server on loopback, as an admin starts one, and two ways to be its client."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import checks
import javac
import submitted
from connect_server import free_port, wait_for
from fresh import environment, spark_home

# What start-thriftserver.sh runs, which the wheel of pyspark leaves out.
CLASS = "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2"

# Each argument after the first is a client of its own, all at the same time: statements in lines.
CLIENTS = """
import java.sql.*;
import java.util.*;
import java.util.concurrent.*;
public class Clients {
  public static void main(String[] args) throws Exception {
    ExecutorService all = Executors.newFixedThreadPool(args.length);
    List<Future<List<String>>> told = new ArrayList<>();
    for (String statements : Arrays.asList(args).subList(1, args.length))
      told.add(all.submit(() -> client(args[0], statements.split("\\n"))));
    for (int at = 0; at < told.size(); at++)
      for (String line : told.get(at).get()) System.out.println(at + "\\t" + line);
    all.shutdown();
  }
  static List<String> client(String url, String[] statements) throws Exception {
    List<String> told = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      for (String text : statements) told.add(answer(statement, text));
    }
    return told;
  }
  static String answer(Statement statement, String text) {
    try {
      if (!statement.execute(text)) return "done";
      StringBuilder rows = new StringBuilder();
      ResultSet found = statement.getResultSet();
      while (found.next()) {
        if (rows.length() > 0) rows.append('|');
        for (int at = 1; at <= found.getMetaData().getColumnCount(); at++)
          rows.append(at > 1 ? "," : "").append(found.getString(at));
      }
      return rows.toString().replace('\\n', ' ');
    } catch (SQLException error) {
      return "error: " + error.getMessage().replace('\\n', ' ');
    }
  }
}
"""


@contextmanager
def running(folder: Path, conf: dict[str, Any], **variables: Any) -> Iterator[str]:
    """A server for the time of a block; gives its JDBC address.

    Args:
        folder: where its catalogue and its log stay, also for the next server.
        conf: further settings.
        variables: of its environment; None removes one.
    """
    port, log = free_port(), folder / "server.log"
    command = [
        str(spark_home() / "bin" / "spark-submit"),
        *("--class", CLASS, *submitted.options(folder, conf)),
        "spark-internal",
        *("--hiveconf", f"hive.server2.thrift.port={port}"),
        *("--hiveconf", "hive.server2.thrift.bind.host=127.0.0.1"),
    ]
    changed = {"SPARK_HOME": spark_home(), **variables}
    with log.open("a") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,  # the catalogue of Derby goes there
            env=environment(changed),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_for(port, process, log)
        yield f"jdbc:hive2://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(60)


def beeline(url: str, statement: str) -> list[list[str]]:
    """The rows that the command-line client prints, without their head."""
    done = subprocess.run(
        [
            str(spark_home() / "bin" / "beeline"),
            *("-u", url, "--silent=true", "--outputformat=csv2", "--showHeader=false"),
            *("-e", statement),
        ],
        env=environment({"SPARK_HOME": spark_home()}),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return [line.split(",") for line in done.stdout.splitlines() if line.strip()]


def clients(url: str, folder: Path, *statements: Sequence[str]) -> list[list[str]]:
    """What each client is answered, by JDBC; all of them at the same time."""
    jar = folder / "Clients.jar"
    if not jar.exists():
        javac.jar("Clients", CLIENTS, folder)
    done = subprocess.run(
        [
            *(f"{checks.jdk_home()}/bin/java", "-cp"),
            os.pathsep.join([str(jar), str(spark_home() / "jars" / "*")]),
            *("Clients", url, *("\n".join(each) for each in statements)),
        ],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told: list[list[str]] = [[] for _ in statements]
    for line in done.stdout.splitlines():
        at, _, answer = line.partition("\t")
        told[int(at)].append(answer)
    return told
