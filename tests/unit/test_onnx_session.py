# SPDX-License-Identifier: Apache-2.0
"""A session of ONNX Runtime has the options of Spark's tasks, and those of its model."""

from __future__ import annotations

import onnxruntime
import pytest

import onnx_graphs
from sparkpredict.worker.onnx_session import session


@pytest.fixture
def path(tmp_path):
    return onnx_graphs.linear(tmp_path / "model.onnx")


def test_it_has_a_thread_for_each_core_of_the_task(path, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    options = session(path).get_session_options()
    assert (options.intra_op_num_threads, options.inter_op_num_threads) == (3, 1)
    assert options.get_session_config_entry("session.intra_op.allow_spinning") == "0"


def test_what_the_model_was_saved_with_goes_before(path):
    stated = {
        "intra_op_num_threads": 2,
        "inter_op_num_threads": 2,
        "execution_mode": "parallel",
        "graph_optimization_level": 0,
        "extra_session_config": {"session.intra_op.allow_spinning": "1"},
    }
    options = session(path, {"onnx_session_options": stated}).get_session_options()
    assert (options.intra_op_num_threads, options.inter_op_num_threads) == (2, 2)
    assert options.execution_mode == onnxruntime.ExecutionMode.ORT_PARALLEL
    level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    assert options.graph_optimization_level == level
    assert options.get_session_config_entry("session.intra_op.allow_spinning") == "1"


@pytest.mark.parametrize(
    "key",
    ["session.model_external_initializers_file_folder_path", "ep.context_file_path"],
)
def test_an_option_that_names_a_file_is_refused(path, key):
    options = {"onnx_session_options": {"extra_session_config": {key: "/etc"}}}
    with pytest.raises(ValueError, match=f"states the session option {key}, which names a file"):
        session(path, options)
