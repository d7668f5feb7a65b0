# SPDX-License-Identifier: Apache-2.0
"""Models of MLflow: registered ones, those that a run has logged, and a server's artifacts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sparkpredict.errors import BindArgumentError
from sparkpredict.sources import adls, download, failures, local
from sparkpredict.sources.listing import ModelFile
from sparkpredict.sources.request import Fetched, Request, redacted, scheme

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# What a server names as the place of a model is read by our own sources where they know it.
_OWN = {"": local.fetch, "file": local.fetch, "abfs": adls.fetch, "abfss": adls.fetch}
_NOT_THERE = frozenset(
    {"RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"}
)  # the latter: aliases
_CURE = "Check the names in model_uri, and that MLflow's tracking URI is the right server's."


def fetch(request: Request) -> Fetched:
    """Downloads a model from where its server says that it is.

    An alias, a stage or ``latest`` is looked up once; the answer has the version.

    Raises:
        BindArgumentError: the URI is none of MLflow's, or leads to where no model may come from.
        ModelError: the server cannot be reached, refuses, or has no such model.
    """
    from mlflow import get_tracking_uri
    from mlflow.exceptions import MlflowException

    server = redacted(get_tracking_uri())
    with failures.of_a_store(server, redacted(request.uri)):
        try:
            found = _found(request.uri)
        except MlflowException as error:
            if error.error_code not in _NOT_THERE:
                raise
            raise failures.missing(server, f"model {redacted(request.uri)}", _CURE) from None
    if found.at != request.uri:
        request.trust.check(found.at, behind=request.uri)
    own = _OWN.get(scheme(found.at))
    if own is not None:
        there = own(replace(request, uri=found.at))
        return replace(there, uri=found.uri)
    with failures.of_a_store(server, redacted(request.uri)):
        store = _Artifacts(found, server)
        kept = download.tree(store, redacted(request.uri), request)
    if kept is None:
        raise failures.missing(server, f"model {redacted(request.uri)}", _CURE)
    return Fetched(kept.folder, found.uri, f"MLflow: {server}", {}, kept)


@dataclass(frozen=True)
class _Found:
    """Where a model is.

    Attributes:
        uri: the model, with its version.
        at: where its files are.
        version: what its files are known by; None where they may be written again.
    """

    uri: str
    at: str
    version: str | None


def _found(uri: str) -> _Found:
    kind = scheme(uri)
    if kind == "models":
        return _registered(uri)
    if kind == "runs":
        return _Found(uri, _of_run(uri), None)
    return _Found(uri, uri, None)


def _registered(uri: str) -> _Found:
    from mlflow import MlflowClient
    from mlflow.store.artifact.utils.models import get_model_name_and_version

    client = MlflowClient()
    named = get_model_name_and_version(client, uri)  # type: ignore[no-untyped-call]
    if len(named) == 1:
        at = client.get_logged_model(named[0]).artifact_location
        return _Found(f"models:/{named[0]}", at, named[0])
    name, version = named
    created = client.get_model_version(name, version).creation_timestamp
    at = client.get_model_version_download_uri(name, version)
    if scheme(at) == "models":  # MLflow 3 registers what it has logged
        at = client.get_logged_model(at.rpartition("/")[2]).artifact_location
    return _Found(f"models:/{name}/{version}", at, f"{name} {version} {created}")


def _of_run(uri: str) -> str:
    """Where a run's files are; MLflow 3 keeps the models that a run logs in places of their own."""
    from mlflow import MlflowClient
    from mlflow.tracking.artifact_utils import get_artifact_uri

    run_id, _, path = urlsplit(uri).path.strip("/").partition("/")
    if not run_id or not path:
        raise BindArgumentError(
            "PREDICT_INVALID_URI", uri=redacted(uri), expected="runs:/RUN_ID/PATH"
        )
    client = MlflowClient()
    name, _, rest = path.partition("/")
    outputs = getattr(client.get_run(run_id), "outputs", None)
    for output in getattr(outputs, "model_outputs", None) or ():
        model = client.get_logged_model(output.model_id)
        if model.name == name:
            return "/".join(filter(None, (model.artifact_location.rstrip("/"), rest)))
    return str(get_artifact_uri(run_id=run_id, artifact_path=path))  # type: ignore[no-untyped-call]


class _Artifacts(download.OneByOne):
    """A folder of one of MLflow's stores."""

    def __init__(self, found: _Found, server: str) -> None:
        from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

        self._repository: Any = get_artifact_repository(found.at)
        self._version = found.version
        self.address = f"{server} {found.at} {found.version}"
        self.host = server

    def files(self) -> Iterator[ModelFile]:
        """The files below the folder. A registered version never changes, so it is theirs."""
        waiting: list[str | None] = [None]
        while waiting:
            for told in self._repository.list_artifacts(waiting.pop()):
                if told.is_dir:
                    waiting.append(told.path)
                else:
                    yield ModelFile(told.path, told.file_size, self._version)

    def _copy(self, file: ModelFile, target: Path, arrived: Callable[[int], object]) -> None:
        """Copies one file."""
        self._repository._download_file(file.path, str(target))  # noqa: SLF001 (which each store of MLflow implements)
        arrived(target.stat().st_size)
