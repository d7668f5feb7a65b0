# SPDX-License-Identifier: Apache-2.0
"""Synapse's tutorial from "Import libraries" to "Transformer", with Azure's own SDKs and names.

The blocks are run as published, with their placeholders filled. ``notebookutils`` exists in Synapse
alone, so a stub of it stands in, which gives the workspace that Synapse's would.
"""

from __future__ import annotations

import re
import sys
import types
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from azure.identity import ClientSecretCredential
from azurite import KEY
from entra import CLIENT, PRINCIPAL, SECRET, TENANT
from sklearn.linear_model import LinearRegression

import sparkpredict
from compat import test_tutorial_blocks as published
from conftest import CONTAINER
from saved import sklearn
from sparkpredict.azure.workspace import Workspace
from sparkpredict.errors import ModelError
from sparkpredict.transformer import PredictTransformer

FEATURES = [f"x{at}" for at in range(9)]
HOST = "xyz.dfs.core.windows.net"
AUTHORITY = f"{CONTAINER}@{HOST}"
BY_PRINCIPAL = "#AML workspace authentication using service principal"
LINKED = "#AML workspace authentication using linked service"
URI = "abfss://<filesystemname>@<account name>.dfs.core.windows.net/"


@pytest.fixture(scope="module")
def trained(running, tmp_path_factory):
    """The model in Azurite and in a datastore, the data in a folder; and the right scores."""
    folder = tmp_path_factory.mktemp("tutorial")
    numbers = np.random.default_rng(5).normal(scale=4, size=(30, 9))
    target = numbers @ np.arange(1.0, 10.0) - 2.5
    frame = pd.DataFrame(numbers, columns=FEATURES).assign(target=target)
    (folder / "data").mkdir()
    frame.to_csv(folder / "data" / "data.csv", index=False)
    estimator = LinearRegression().fit(frame[FEATURES].to_numpy(), frame["target"])
    saved = sklearn(folder, estimator, tuple(FEATURES), None).folder
    files = {
        p.relative_to(saved).as_posix(): p.read_bytes() for p in saved.rglob("*") if p.is_file()
    }
    running.upload(CONTAINER, "tutorial/model", files)
    scores = [int(score) for score in estimator.predict(frame[FEATURES].to_numpy())]
    return folder / "data", scores[:20]


@pytest.fixture
def registered(cloud, trained, conf, abfss):
    """The model under ``aml://tutorial``; the data as Spark reads it by ``abfss://``."""
    store = {"credentials": "AccountKey", "container": CONTAINER, "secret": {"key": KEY}}
    cloud.state.stores["store"] = store
    uri = "azureml://subscriptions/sub1/resourceGroups/rg1/workspaces/ws1/datastores/store/paths"
    entry = {"uri": f"{uri}/tutorial/model", "created": "2024-01-01T00:00:00Z"}
    cloud.state.models["tutorial"] = {"1": entry}
    abfss(AUTHORITY, trained[0])
    conf(f"fs.azure.account.key.{HOST}", KEY)
    return cloud


@pytest.fixture
def notebook(monkeypatch):
    """Synapse's module, as far as the tutorial uses it."""
    from azureml.core import Workspace
    from azureml.core.authentication import ServicePrincipalAuthentication

    def workspace(name):
        assert name == "AzureMLService1"
        auth = ServicePrincipalAuthentication(TENANT, CLIENT, SECRET)
        return Workspace("sub1", "rg1", "ws1", auth=auth)

    utils = types.ModuleType("notebookutils.mssparkutils")
    utils.azureML = types.SimpleNamespace(getWorkspace=workspace)
    package = types.ModuleType("notebookutils")
    package.mssparkutils = utils
    monkeypatch.setitem(sys.modules, "notebookutils", package)
    monkeypatch.setitem(sys.modules, "notebookutils.mssparkutils", utils)


def run(spark, sign_in, model_uri):
    """Runs the first part of the tutorial; gives the model."""
    text = published.TUTORIAL.read_text(encoding="utf-8").partition("## Sklearn example")[0]
    values = {
        URI + "<file path>": f"abfss://{AUTHORITY}/data.csv",
        URI + "<model   mlflow folder path>": f"abfss://{AUTHORITY}/tutorial/model",
        "<aml model uri>": "aml://tutorial",
        "<data_type>": "int",
        "<tenant_id>": TENANT,
        "<client_id>": CLIENT,
        "<client_secret>": SECRET,
        "<subscription_id>": "sub1",
        "<resource_group_name>": "rg1",
        "<aml_workspace_name>": "ws1",
        '"<linked_service_name>")': '"AzureMLService1")',
        "<random_alias_name>": "published alias",
        "<view_name>": "published_view",
        "[<comma_separated_model_input_column_name>]": str(FEATURES),
        "<comma_separated_model_input_column_name>": ", ".join(FEATURES),
        "model_uri=ADLS_MODEL_URI": f"model_uri={model_uri}",
    }
    namespace, titles = {"spark": spark}, []
    for block in published.blocks(text):
        if block.title in {BY_PRINCIPAL, LINKED} and block.title != sign_in:
            continue
        code = block.code
        for placeholder, value in values.items():
            code = code.replace(placeholder, value)
        if block.title in published.FLAT:
            code = "\n".join(line.strip() for line in code.splitlines())
        exec(compile(code, f"tutorial: {block.title}", "exec"), namespace)  # noqa: S102
        titles.append(block.title)
    assert len(titles) == 9
    return namespace["model"]


@pytest.mark.parametrize("sign_in", [BY_PRINCIPAL, LINKED], ids=["principal", "linked service"])
@pytest.mark.parametrize("model_uri", ["AML_MODEL_URI", "ADLS_MODEL_URI"])
def test_the_tutorial_runs_whole(spark, registered, trained, notebook, capsys, sign_in, model_uri):
    model = run(spark, sign_in, model_uri)
    info = model.info()
    model.unregister()
    expected = trained[1]
    tables = published.last_columns(capsys)
    assert tables == [("predict", expected), *[("PREDICT", expected)] * 2]
    if model_uri == "AML_MODEL_URI":
        assert info.uri == "aml://tutorial:1"
        assert info.sign_in.startswith(f"azureml.core: service principal {CLIENT}; ")
    else:
        assert info.sign_in == "Spark conf: account key"
    assert not re.search(f"{SECRET}|{re.escape(KEY)}", str(info) + str(info.details))
    assert f"sign-in   {info.sign_in}" in re.sub(" {2,}", "   ", str(info))


def test_a_client_of_sdk_2_is_a_workspace(registered):
    from azure.ai.ml import MLClient
    from azure.identity import ClientSecretCredential

    from sparkpredict import sources

    client = MLClient(ClientSecretCredential(TENANT, CLIENT, SECRET), "sub1", "rg1", "ws1")
    found = sources.fetch("aml://tutorial", workspace=client)
    assert found.uri == "aml://tutorial:1"
    assert found.sign_in.startswith("MLClient: ClientSecretCredential; ")


def test_identity_stores_open_by_the_principal_of_sdk_1(registered, notebook):
    import notebookutils

    from sparkpredict import sources

    registered.state.stores["store"]["credentials"] = "None"
    workspace = notebookutils.mssparkutils.azureML.getWorkspace("AzureMLService1")
    assert sources.fetch("aml://tutorial", workspace=workspace).uri == "aml://tutorial:1"


@pytest.fixture
def kept(spark, registered, tmp_path):
    """A model bound by a service principal, and its Transformer, saved."""
    credential = ClientSecretCredential(TENANT, CLIENT, SECRET)
    workspace = Workspace("sub1", "rg1", "ws1", credential)
    model = sparkpredict.bind_model(
        "INT", "mlflow", "of_azure", "aml://tutorial", aml_workspace=workspace, spark=spark
    ).register()
    model.create_transformer().setInputCols(FEATURES).save(str(tmp_path / "saved"))
    yield model, str(tmp_path / "saved")
    model.unregister()


def test_a_saved_transformer_binds_again_by_ambient_credentials(
    spark, registered, trained, kept, monkeypatch
):
    model, path = kept
    (metadata,) = Path(path, "metadata").glob("part-*")
    assert not re.search(f"{SECRET}|{CLIENT}", metadata.read_text())
    model.unregister()
    with pytest.raises(ModelError, match="PREDICT_SIGN_IN_FAILED"):
        PredictTransformer.load(path)
    for name, value in PRINCIPAL.items():
        monkeypatch.setenv(f"AZURE_{name.upper()}", value)
    loaded = PredictTransformer.load(path)
    info = sparkpredict.models(spark)["of_azure"]
    assert (info.uri, info.digest) == ("aml://tutorial:1", model.digest)
    assert info.sign_in.startswith("DefaultAzureCredential; ")
    frame = spark.read.csv(f"abfss://{AUTHORITY}/data.csv", header=True, inferSchema=True)
    scores = [row.PREDICT for row in loaded.transform(frame).collect()]
    assert scores[:20] == trained[1]


def test_a_saved_transformer_takes_what_is_bound_and_asks_azure_nothing(registered, kept):
    registered.state.calls.clear()
    PredictTransformer.load(kept[1])
    assert registered.state.calls == []
