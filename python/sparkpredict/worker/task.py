# SPDX-License-Identifier: Apache-2.0
"""What a Spark task owns, and how libraries are kept to it: cores, GPUs, the executor's log.

Sources: https://spark.apache.org/docs/latest/configuration.html, ``spark.task.resource.*``;
https://www.tensorflow.org/api_docs/python/tf/config/threading;
https://joblib.readthedocs.io/en/stable/parallel.html;
https://docs.nvidia.com/cuda/cuda-c-programming-guide, ``CUDA_VISIBLE_DEVICES``.
"""

from __future__ import annotations

import os

_CORES = "OMP_NUM_THREADS"
_GPUS = "CUDA_VISIBLE_DEVICES"
# These read no variable of OpenMP: joblib, by which scikit-learn's n_jobs=-1 is all of a machine's
# cores, and TensorFlow.
_THREADS = {
    "LOKY_MAX_CPU_COUNT": None,
    "TF_NUM_INTRAOP_THREADS": None,
    "TF_NUM_INTEROP_THREADS": "1",
}
_QUIET = {
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "2",  # errors only
    "TOKENIZERS_PARALLELISM": "false",  # threads that a fork would lose, and a warning of that
    "TQDM_DISABLE": "1",
    "TRANSFORMERS_VERBOSITY": "error",
}


def cores(otherwise: int) -> int:
    """How many threads a library may start, of which Spark tells by a variable of OpenMP.

    Args:
        otherwise: the answer where nobody tells, as on the driver.
    """
    told = os.environ.get(_CORES, "")
    return int(told) if told.isdecimal() and int(told) > 0 else otherwise


def runs() -> bool:
    """Whether this process is a worker that runs a task, not the driver."""
    from pyspark import TaskContext

    return TaskContext.get() is not None


def confine() -> None:
    """Keeps libraries that are imported from here on to what the task owns.

    Nothing is done on the driver, and what the user has set for the executors stays.
    """
    if not runs():
        return
    wanted = {name: told or str(cores(1)) for name, told in _THREADS.items()}
    for name, value in {**wanted, **_QUIET, _GPUS: ",".join(_gpus())}.items():
        os.environ.setdefault(name, value)


def _gpus() -> list[str]:
    """The addresses of the GPUs that Spark gave the task; none where it gave none."""
    from pyspark import TaskContext

    context = TaskContext.get()
    given = context.resources().get("gpu") if context is not None else None
    return list(given.addresses) if given is not None else []
