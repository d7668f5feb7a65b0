# SPDX-License-Identifier: Apache-2.0
"""Runs the code blocks of Synapse's published tutorial, unchanged but for their placeholders.

The tutorial lies beside the repository, not in it. Indentation is taken off as Markdown does; in
two blocks the published indentation is no Python, and the whitespace before their lines is removed.
"""

from __future__ import annotations

import os
import re
import textwrap
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from sklearn import config_context
from sklearn.linear_model import LinearRegression

from fresh import ROOT
from saved import sklearn

TUTORIAL = ROOT.parent / "shared" / "tutorial.md"
FEATURES = [f"x{at}" for at in range(9)]

# First line of a block and its number among those with that line: why it is not run.
LEFT_OUT = {
    ("#AML workspace authentication using service principal", 0): "signs in to Azure",
    ("#AML workspace authentication using linked service", 0): "needs Synapse's notebookutils",
    ("# Register model MLFLOW artifacts in AML", 0): "registers in Azure Machine Learning",
    ("# If using AML registered model", 0): "imports azureml; the block before does the same",
    ("# If using AML registered model", 1): "binds from Azure Machine Learning",
}

# Single lines of blocks that are run: why they are not.
LINES_LEFT_OUT = {
    "from azureml.core import Workspace": "azureml is not installed",
    "from azureml.core.authentication import ServicePrincipalAuthentication": (
        "azureml is not installed"
    ),
}

# Blocks whose lines all stand at one level, though the published indentation says otherwise.
FLAT = {"#Set input data path", "#Bind model within Spark session"}


@dataclass(frozen=True)
class Block:
    """A code block of the tutorial.

    Attributes:
        title: its first line.
        count: how many blocks before it have the same title.
        code: its text, without the indentation of the list that it stands in.
    """

    title: str
    count: int
    code: str

    def filled(self, placeholders):
        """Its code with the placeholders filled, and without the lines that need Azure."""
        code = self.code
        for placeholder, value in placeholders.items():
            code = code.replace(placeholder, value)
        lines = [line for line in code.splitlines() if line.strip() not in LINES_LEFT_OUT]
        if self.title in FLAT:
            lines = [line.strip() for line in lines]
        return "\n".join(lines)


@pytest.fixture(scope="module")
def tutorial():
    """The blocks of the two parts of the tutorial."""
    if not TUTORIAL.is_file():
        sentence = f"the published tutorial is missing: ../shared/{TUTORIAL.name}"
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)
    head, mark, tail = TUTORIAL.read_text(encoding="utf-8").partition("## Sklearn example")
    assert mark
    return blocks(head), blocks(tail)


def blocks(text):
    """The Python blocks of a Markdown text."""
    found, counts = [], {}
    for match in re.finditer(r"^( *)```python\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE):
        code = textwrap.dedent(match.group(2)).strip("\n")
        title = code.partition("\n")[0].strip()
        found.append(Block(title, counts.get(title, 0), code))
        counts[title] = counts.get(title, 0) + 1
    return found


def ran(found, placeholders, namespace):
    """Runs the blocks in order, in one namespace; gives the titles of those that were run."""
    titles = []
    for block in found:
        if (block.title, block.count) in LEFT_OUT:
            continue
        code = block.filled(placeholders)
        exec(compile(code, f"tutorial: {block.title}", "exec"), namespace)  # noqa: S102
        titles.append(block.title)
    return titles


@pytest.fixture
def data(tmp_path):
    """Nine features and a target, as the sklearn example expects them, and their CSV."""
    numbers = np.random.default_rng(5).normal(scale=4, size=(30, 9))
    frame = pd.DataFrame(numbers, columns=FEATURES)
    frame["target"] = numbers @ np.arange(1.0, 10.0) - 2.5
    path = tmp_path / "data.csv"
    frame.to_csv(path, index=False)
    return path, frame


def test_the_blocks_that_use_predict_run(tutorial, spark, data, tmp_path, capsys):
    path, frame = data
    estimator = LinearRegression().fit(frame[FEATURES].to_numpy(), frame["target"])
    saved = sklearn(tmp_path, estimator, tuple(FEATURES), None)
    placeholders = {
        "abfss://<filesystemname>@<account name>.dfs.core.windows.net/<file path>": str(path),
        "abfss://<filesystemname>@<account name>.dfs.core.windows.net/"
        "<model   mlflow folder path>": str(saved.folder),
        "<data_type>": "int",
        "<random_alias_name>": "published alias",
        "<view_name>": "published_view",
        "[<comma_separated_model_input_column_name>]": str(FEATURES),
        "<comma_separated_model_input_column_name>": ", ".join(FEATURES),
    }
    namespace = {"spark": spark, "ws": None}  # ws: what the left-out sign-in would give
    titles = ran(tutorial[0], placeholders, namespace)
    namespace["model"].unregister()
    assert titles == [
        "#Import libraries",
        "#Set input data path",
        "#Enable SynapseML predict",
        "#Bind model within Spark session",
        "#Read data from ADLS",
        "#Call PREDICT using Spark SQL API",
        "#Call PREDICT using user defined function (UDF)",
        "#Call PREDICT using Transformer API",
    ]
    expected = truncated(estimator, frame)[:20]
    assert last_columns(capsys) == [("predict", expected), *[("PREDICT", expected)] * 2]


def test_the_blocks_of_the_sklearn_example_run(
    tutorial, spark, data, tmp_path, monkeypatch, capsys
):
    path, frame = data
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/mlflow.db")
    store = tmp_path / "stored" / "e2e_linear_regression"
    placeholders = {
        "abfs[s]://<container>/<path-to-file>": path.as_uri(),
        "abfs[s]://<container>/<path-to-store-folder>": store.as_uri(),
        "abfss://xyz@xyz.dfs.core.windows.net/xyz.csv": str(path),
        "abfss://xyz@xyz.dfs.core.windows.net/mlflow/sklearn/     e2e_linear_regression/": (
            f"{store}/"
        ),
    }
    namespace = {"spark": spark}
    # It says fit_intercept=10, which scikit-learn has refused since 1.2 when it checks arguments.
    with config_context(skip_parameter_validation=True):
        titles = ran(tutorial[1], placeholders, namespace)
    namespace["model"].unregister()
    assert titles == [
        "# Import libraries and read training dataset from ADLS",
        "# Train model and generate mlflow artifacts",
        "# Store model MLFLOW artifacts in ADLS",
        "# If using ADLS uploaded model",
        'spark.conf.set("spark.synapse.ml.predict.enabled","true")',
        "# If using ADLS uploaded model",
        "# Load data from ADLS",
        "# Call PREDICT",
    ]
    estimator = LinearRegression(fit_intercept=True)
    estimator.fit(frame[FEATURES].to_numpy(), frame["target"])
    assert last_columns(capsys)[-1] == ("predict", truncated(estimator, frame)[:20])


def test_what_is_left_out_is_in_the_tutorial(tutorial):
    published = {(block.title, block.count) for part in tutorial for block in part}
    assert set(LEFT_OUT) <= published
    lines = {line.strip() for part in tutorial for block in part for line in block.code.split("\n")}
    assert set(LINES_LEFT_OUT) <= lines


def truncated(estimator, frame):
    """The estimator's own answers, truncated toward zero."""
    return [int(score) for score in estimator.predict(frame[FEATURES].to_numpy())]


def last_columns(capsys):
    """Name and integers of the last column of each table that `show` printed and that has them."""
    tables, lines = [], []
    for line in capsys.readouterr().out.splitlines():
        if line.startswith("|"):
            lines.append(line.strip("|").split("|")[-1].strip())
        elif lines and not line.startswith("+"):
            tables.append(lines)
            lines = []
    tables += [lines] if lines else []
    return [
        (name, [int(v) for v in values]) for name, *values in tables if name.lower() == "predict"
    ]
