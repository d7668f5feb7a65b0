# SPDX-License-Identifier: Apache-2.0
"""A notebook runtime's own credentials, by the ``getToken`` of its ``mssparkutils``."""

from __future__ import annotations

import sys

import pytest
from azurite import KEY
from entra import PRINCIPAL
from machine_learning import ARM, NAMES

from conftest import FILES, HOST, URI, read
from sparkpredict import sources
from sparkpredict.errors import ModelError

pytestmark = pytest.mark.usefixtures("stored")

NOTEBOOK = """
import entra

class credentials:
    def getToken(audience):
        named = {"Storage": "https://storage.azure.com", "AzureManagement": "%s"}
        return entra.token(named[audience], seconds=%s)
"""


@pytest.fixture
def notebook(tmp_path, monkeypatch):
    """A runtime with ``notebookutils``; gives what takes its module's text."""
    package = tmp_path / "site" / "notebookutils"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(package.parent))

    def write(text):
        (package / "mssparkutils.py").write_text(text)

    yield write
    for name in ("notebookutils", "notebookutils.mssparkutils"):
        sys.modules.pop(name, None)


def test_a_notebooks_credentials_come_before_the_environments(cloud, notebook, monkeypatch):
    for name, value in PRINCIPAL.items():
        monkeypatch.setenv(f"AZURE_{name.upper()}", value)
    notebook(NOTEBOOK % (ARM, 3600))
    found = sources.fetch(URI)
    assert found.sign_in == "the notebook's credentials"
    assert read(found.folder) == FILES
    assert not any(path.endswith("/token") for path in cloud.paths())
    conf = {f"fs.azure.account.key.{HOST}": KEY}
    assert sources.fetch(URI, hadoop=conf.get).sign_in == "Spark conf: account key"


def test_a_notebooks_credentials_open_azure_ml(registered, notebook):
    notebook(NOTEBOOK % (ARM, 3600))
    found = sources.fetch("aml://m", workspace=NAMES)
    assert found.sign_in.startswith("the notebook's credentials; ")
    assert read(found.folder) == FILES


def test_a_notebook_that_refuses_is_an_error(cloud, notebook):
    notebook(NOTEBOOK.replace("return", "raise RuntimeError('no role for')  #") % (ARM, 3600))
    with pytest.raises(ModelError, match=r"PREDICT_SIGN_IN_FAILED.*mssparkutils: no role for"):
        sources.fetch(URI)


def test_a_notebooks_expired_token_is_refused(cloud, notebook):
    notebook(NOTEBOOK % (ARM, -60))
    with pytest.raises(ModelError, match="PREDICT_ACCESS_DENIED"):
        sources.fetch(URI)


def test_the_stubs_that_can_be_installed_anywhere_do_not_decide(cloud, notebook, monkeypatch):
    for name, value in PRINCIPAL.items():
        monkeypatch.setenv(f"AZURE_{name.upper()}", value)
    notebook("class credentials:\n    def getToken(audience):\n        return ''\n")
    assert sources.fetch(URI).sign_in == "DefaultAzureCredential"
