# SPDX-License-Identifier: Apache-2.0
"""`python -m benchmarks.connecting`: what registering costs a client of Spark Connect.

A classic session and a client of a server on loopback, in processes of their own, bind one small
model in turns. Needs a Spark 4, whose wheel carries the server.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tools")]

BIND = """
import sys, time
import mlflow.pyfunc
from pyspark.sql import SparkSession
import sparkpredict
builder = SparkSession.builder
if "SPARK_REMOTE" not in __import__("os").environ:
    builder = sparkpredict.configure(builder.master("local[2]").config("spark.ui.enabled", "false"))
spark = builder.getOrCreate()
spark.sql("SELECT 1").collect()
mlflow.pyfunc.load_model(sys.argv[1])
print("ready", flush=True)
for at, line in enumerate(sys.stdin):
    started = time.perf_counter()
    sparkpredict.bind_model("DOUBLE", "mlflow", f"m{at}", sys.argv[1]).register()
    print(f"took {time.perf_counter() - started}", flush=True)
"""


def main(turns: int = 15) -> None:
    """Prints the seconds of the first bind, and the median and range of the later ones."""
    import connect_server
    from benchmarks import zoo
    from fresh import environment

    with tempfile.TemporaryDirectory() as name, connect_server.running(Path(name)) as server:
        uri = zoo.find("linear").trained(Path(name) / "model").uri
        script = Path(name) / "bind.py"
        script.write_text(BIND)
        remotes = {"classic": None, "connect": server.url}
        started = {
            kind: subprocess.Popen(
                [sys.executable, str(script), uri],
                env=environment({"SPARK_REMOTE": remote}),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for kind, remote in remotes.items()
        }
        for process in started.values():
            _until(process, "ready")
        took: dict[str, list[float]] = {kind: [] for kind in started}
        for _ in range(turns):
            for kind, process in started.items():
                process.stdin.write("\n")
                process.stdin.flush()
                took[kind].append(float(_until(process, "took").split()[1]))
        for process in started.values():
            process.stdin.close()
            process.wait(60)
    for kind, (first, *later) in took.items():
        print(
            f"{kind}: first {first:.2f} s, later {statistics.median(later):.3f} s"
            f" ({min(later):.3f} to {max(later):.3f})"
        )


def _until(process: subprocess.Popen[str], word: str) -> str:
    for line in process.stdout:
        if line.startswith(word):
            return line
    raise RuntimeError("the process ended")


if __name__ == "__main__":
    main()
