# SPDX-License-Identifier: Apache-2.0
"""``python -m sparkpredict.bind --json``: binds one model of a models file for a driver.

The driver's JVM starts it, writes one line of JSON that says what to bind, and reads what its
sessions need in the last line that it gets. Nothing secret is on the command line.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

from sparkpredict import bind_model, recorded
from sparkpredict.errors import PredictError
from sparkpredict.recorded import Driver, RecordedSession


def main() -> int:
    """Binds what the driver asks for; 0 also where the answer is that it cannot be bound."""
    parser = argparse.ArgumentParser(prog="python -m sparkpredict.bind", description=__doc__)
    parser.add_argument(
        "--json", action="store_true", required=True, help="talk to a driver in lines of JSON"
    )
    parser.parse_args()
    driver = _driver()
    driver.write(answer(driver, driver.read()))
    return 0


def answer(driver: Driver, job: dict[str, Any]) -> dict[str, Any]:
    """What the driver is told: the binding, or why the model is refused.

    Args:
        driver: who asks.
        job: the ``alias``, the ``model`` as its file has it, the ``folder`` for what executors
            are sent, and of the session its ``conf``, ``installation`` and ``spark`` version.
    """
    session = RecordedSession(driver, job)
    model = dict(job["model"])
    try:
        bind_model(
            model.pop("return_types", None),
            model.pop("runtime", "mlflow"),
            job["alias"],
            model.pop("uri"),
            spark=recorded.as_session(session),
            **model,
        ).register()
    except PredictError as error:
        return {"refused": str(error)}
    return {"bound": session.written(job["alias"])}


def _driver() -> Driver:
    """The driver at this process' standard streams, which a model's own prints do not reach."""
    questions = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    answers = os.fdopen(os.dup(0), encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    return Driver(answers, questions)


if __name__ == "__main__":
    sys.exit(main())
