# SPDX-License-Identifier: Apache-2.0
"""The tutorial's scikit-learn example whole: trained, uploaded, registered, bound in both ways.

The blocks are run as published, with their placeholders filled, by Azure ML's own SDK 1.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import registration
from azurite import KEY
from entra import CLIENT, SECRET, TENANT
from sklearn import config_context
from sklearn.linear_model import LinearRegression

from compat import test_tutorial_blocks as published
from conftest import CONTAINER

FEATURES = [f"x{at}" for at in range(9)]
HOST = "xyz.dfs.core.windows.net"
NAME = "e2e-linear-regression"
FIRST = (
    "# Import libraries and read training dataset from ADLS",
    "# Train model and generate mlflow artifacts",
    "# Store model MLFLOW artifacts in ADLS",
    "# Register model MLFLOW artifacts in AML",
)
ENABLE = 'spark.conf.set("spark.synapse.ml.predict.enabled","true")'
STORED, REGISTERED = "# If using ADLS uploaded model", "# If using AML registered model"
PLACEHOLDERS = {
    "abfs[s]://<container>/<path-to-file>": f"abfs://{CONTAINER}/example/train.csv",
    "abfs[s]://<container>/<path-to-store-folder>": f"abfs://{CONTAINER}/example/stored",
    "adls_account_key = 'xyz'": f"adls_account_key = '{KEY}'",
    'AZURE_TENANT_ID = "xyz"': f'AZURE_TENANT_ID = "{TENANT}"',
    'AZURE_CLIENT_ID = "xyz"': f'AZURE_CLIENT_ID = "{CLIENT}"',
    'AZURE_CLIENT_SECRET = "xyz"': f'AZURE_CLIENT_SECRET = "{SECRET}"',
    'AML_SUBSCRIPTION_ID = "xyz"': 'AML_SUBSCRIPTION_ID = "sub1"',
    'AML_RESOURCE_GROUP = "xyz"': 'AML_RESOURCE_GROUP = "rg1"',
    'AML_WORKSPACE_NAME = "xyz"': 'AML_WORKSPACE_NAME = "ws1"',
    'model_name="xyz"': f'model_name="{NAME}"',
    "abfss://xyz@xyz.dfs.core.windows.net/xyz.csv": f"abfss://data@{HOST}/test.csv",
    "abfss://xyz@xyz.dfs.core.windows.net/mlflow/sklearn/     e2e_linear_regression/": (
        f"abfss://{CONTAINER}@{HOST}/example/stored/"
    ),
    '"aml://xyz"': f'"aml://{NAME}"',
}


@pytest.fixture
def data(cloud, conf, abfss, tmp_path, monkeypatch):
    """The frame: its CSV in Azurite to train on, and in a folder as Spark reads it by abfss."""
    numbers = np.random.default_rng(5).normal(scale=4, size=(30, 9))
    frame = pd.DataFrame(numbers, columns=FEATURES)
    frame["target"] = numbers @ np.arange(1.0, 10.0) - 2.5
    text = frame.to_csv(index=False)
    cloud.upload(CONTAINER, "example", {"train.csv": text.encode()})
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "test.csv").write_text(text)
    store = {"credentials": "AccountKey", "container": registration.CONTAINER}
    cloud.state.stores[registration.STORE] = {**store, "secret": {"key": KEY}}
    abfss(f"data@{HOST}", tmp_path / "data")
    conf(f"fs.azure.account.key.{HOST}", KEY)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/mlflow.db")
    return frame


class Example:
    """The published blocks, run in one namespace."""

    def __init__(self, spark):
        text = published.TUTORIAL.read_text(encoding="utf-8").partition("## Sklearn example")[2]
        self._blocks = {(block.title, block.count): block for block in published.blocks(text)}
        self.namespace = {"spark": spark}
        self.ran = set()

    def run(self, title, count=0):
        code = self._blocks[title, count].code
        for placeholder, value in PLACEHOLDERS.items():
            code = code.replace(placeholder, value)
        exec(compile(code, f"tutorial: {title}", "exec"), self.namespace)  # noqa: S102
        self.ran.add((title, count))

    def bind(self, kind):
        """Sets the parameters, enables PREDICT and binds; gives the model."""
        for title, count in ((kind, 0), (ENABLE, 0), (kind, 1)):
            self.run(title, count)
        return self.namespace["model"]

    def scores(self, capsys):
        """Loads the test data and calls PREDICT; what it shows."""
        capsys.readouterr()
        for title in ("# Load data from ADLS", "# Call PREDICT"):
            self.run(title)
        return published.last_columns(capsys)

    def left_out(self):
        return set(self._blocks) - self.ran


@pytest.fixture(autouse=True)
def unchecked():
    """It says fit_intercept=10, which scikit-learn has refused since 1.2 when it checks."""
    with config_context(skip_parameter_validation=True):
        yield


def test_the_example_runs_whole(spark, cloud, data, capsys):
    example = Example(spark)
    for title in FIRST:
        example.run(title)
    assert example.namespace["model"].id == f"{NAME}:1"
    asked = [path for path in cloud.paths() if path.startswith(("/artifact", "/modelmanagement"))]
    assert [path.rsplit("/workspaces/ws1/")[-1].split("/")[0] for path in asked] == [
        "artifacts",
        "assets",
        "models",
    ]
    expected = [("predict", truncated(data)[:20])]

    stored = example.bind(STORED)
    assert stored.info().sign_in == "Spark conf: account key"
    assert example.scores(capsys) == expected
    stored.unregister()

    registered = example.bind(REGISTERED)
    assert registered.info().uri == f"aml://{NAME}:1"
    assert registered.info().digest == stored.digest
    assert example.scores(capsys) == expected
    assert example.left_out() == set()

    # A newer version changes nothing that is bound, and is found by the next bind.
    changed = data.assign(target=-data["target"])
    example.namespace["train"](changed, "./artifacts/output")
    example.run(FIRST[3])
    assert example.namespace["model"].id == f"{NAME}:2"
    assert example.scores(capsys) == expected
    assert registered.info().uri == f"aml://{NAME}:1"
    newer = example.bind(REGISTERED)
    assert newer.info().uri == f"aml://{NAME}:2"
    assert example.scores(capsys) == [("predict", truncated(changed)[:20])]
    newer.unregister()


def truncated(frame):
    """What the estimator itself answers, truncated toward zero."""
    estimator = LinearRegression().fit(frame[FEATURES].to_numpy(), frame["target"])
    return [int(score) for score in estimator.predict(frame[FEATURES].to_numpy())]
