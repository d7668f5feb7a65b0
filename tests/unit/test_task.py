# SPDX-License-Identifier: Apache-2.0
"""Libraries get the cores and the GPUs of the task, on an executor only."""

from __future__ import annotations

import os

import pytest
from pyspark import TaskContext
from pyspark.resource import ResourceInformation

from sparkpredict.worker import task

TOLD = (
    "CUDA_VISIBLE_DEVICES",
    "LOKY_MAX_CPU_COUNT",
    "TF_NUM_INTRAOP_THREADS",
    "TQDM_DISABLE",
)


@pytest.fixture
def confined(monkeypatch):
    """What a task with these resources finds in its environment; no machine here has a GPU."""

    def variables(resources, **given):
        monkeypatch.setattr(os, "environ", {"OMP_NUM_THREADS": "3", **given})
        context = None
        if resources is not None:
            context = object.__new__(TaskContext)
            context._resources = resources
        monkeypatch.setattr(TaskContext, "_taskContext", context)
        task.confine()
        return {name: os.environ.get(name) for name in TOLD}

    return variables


def test_a_task_without_a_gpu_sees_none(confined):
    assert confined({}) == dict(zip(TOLD, ("", "3", "3", "1")))


def test_a_task_sees_the_gpus_that_it_was_given(confined):
    given = {"gpu": ResourceInformation("gpu", ["2", "5"])}
    assert confined(given)["CUDA_VISIBLE_DEVICES"] == "2,5"


def test_what_the_executors_were_told_stays(confined):
    assert confined({}, CUDA_VISIBLE_DEVICES="1")["CUDA_VISIBLE_DEVICES"] == "1"


def test_the_driver_is_left_alone(confined):
    assert confined(None) == dict.fromkeys(TOLD)
