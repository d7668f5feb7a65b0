# SPDX-License-Identifier: Apache-2.0
"""`python -m benchmarks.run`: measures, prints, and writes benchmarks/results/<time>.json."""

from __future__ import annotations

import argparse
import json
import logging
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import (
    binding,
    compiled,
    converted,
    engine_models,
    flavors,
    importing,
    inplace,
    machine,
    onnx,
    onnx_large,
    peers,
    planning,
    scoring,
    session,
    synapseml,
    targets,
)

RESULTS = Path(__file__).with_name("results")
MEASUREMENTS = {
    "import": importing.measure,
    "bind": binding.measure,  # before any other: its first bind is the first of the JVM
    "planning": planning.measure,
    "linear": scoring.linear,
    "unnamed": scoring.unnamed,
    "trees": scoring.trees,
    "bad_rows": scoring.bad_rows,
    "compiled": compiled.measure,
    "inplace": inplace.measure,
    "synapseml": synapseml.measure,
    "onnx": onnx.measure,
    "onnx_large": onnx_large.measure,
    "converted": converted.measure,
    "flavors": flavors.measure,
}


def main() -> int:
    options = _options()
    logging.getLogger("mlflow").setLevel(logging.ERROR)
    document = {
        "machine": machine.describe(),
        **{name: getattr(options, name) for name in ("rows", "tasks", "repeats")},
    }
    with tempfile.TemporaryDirectory() as folder:
        spark = session.start(
            with_synapseml=not {"synapseml", "onnx"}.isdisjoint(options.only),
            with_onnx=not {"onnx", "converted"}.isdisjoint(options.only),
        )
        document["spark"] = spark.version
        setting = session.Setting(
            spark,
            Path(folder),
            options.rows,
            options.tasks,
            options.repeats,
            {**peers.PEERS, **dict(options.peer)},
            options.models,
        )
        results = {name: MEASUREMENTS[name](setting) for name in options.only}
        spark.stop()
    document |= {"results": results, "targets": targets.judge(results)}
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{time.strftime('%Y%m%d-%H%M%S')}.json"
    path.write_text(json.dumps(document, indent=2) + "\n")
    print("\n".join(targets.lines(document["targets"])))
    print(f"written to {path}")
    return 1 if options.strict and not all(t["met"] for t in document["targets"]) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.run", description=__doc__)
    parser.add_argument("--rows", type=int, default=2_000_000, help="rows to score")
    parser.add_argument("--tasks", type=int, default=8, help="Parquet files, and so tasks")
    parser.add_argument("--repeats", type=int, default=7, help="measured runs of each contender")
    parser.add_argument("--only", nargs="+", choices=MEASUREMENTS, default=[*MEASUREMENTS])
    parser.add_argument(
        "--models",
        nargs="+",
        choices=engine_models.MODELS,
        default=[*engine_models.MODELS],
        help="which of the models that the compiled engine is measured by",
    )
    parser.add_argument(
        "--peer",
        action="append",
        default=[],
        metavar="NAME=MODULE:FUNCTION",
        type=lambda text: text.split("=", 1),
        help="one more to measure beside; FUNCTION(spark, model_uri) gives the column",
    )
    parser.add_argument("--strict", action="store_true", help="fail when a target is missed")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
