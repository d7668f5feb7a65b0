# SPDX-License-Identifier: Apache-2.0
"""Models in S3 and Google Cloud Storage, read by fsspec's file system of the scheme."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from sparkpredict.errors import ConfigurationError
from sparkpredict.sources import download, failures
from sparkpredict.sources.listing import ModelFile
from sparkpredict.sources.request import Fetched, Request, redacted, scheme

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_PACKAGES = {"s3": "s3fs", "gs": "gcsfs"}
_SAVED = ("anon", "endpoint_url", "profile", "project", "requester_pays")  # no secrets
# The default of botocore is a minute for each of five tries.
_S3_LIMITS = {"connect_timeout": 3, "read_timeout": 60, "retries": {"max_attempts": 2}}


def fetch(request: Request) -> Fetched:
    """Downloads the folder of a URI.

    Raises:
        BindArgumentError: the endpoint is not trusted.
        ConfigurationError: the file system of the scheme is not installed.
        ModelError: the store cannot be reached, refuses, or has no such folder.
    """
    kind = scheme(request.uri)
    package = _PACKAGES[kind]
    if find_spec(package) is None:
        raise ConfigurationError(
            "PREDICT_EXTRA_MISSING", uri=redacted(request.uri), package=package, requirement=package
        )
    options = dict(request.storage_options or {})
    path = request.uri.partition(":")[2].strip("/")
    endpoint = options.get("endpoint_url") or options.get("client_kwargs", {}).get("endpoint_url")
    if endpoint:
        request.trust.check(f"{str(endpoint).rstrip('/')}/{path}", behind=request.uri)
    with failures.of_a_store(endpoint or kind, request.uri):
        store = _Bucket(kind, path, options, endpoint)
        kept = download.tree(store, redacted(request.uri), request)
    if kept is None:
        raise failures.missing(store.host, f"folder {path}")
    saved = {name: options[name] for name in _SAVED if options.get(name)}
    again = {"storage_options": saved} if saved else {}
    return Fetched(kept.folder, request.uri, f"fsspec: {package}", again, kept)


class _Bucket(download.OneByOne):
    """A folder of a bucket."""

    def __init__(self, kind: str, path: str, options: dict[str, Any], endpoint: str | None) -> None:
        import fsspec

        if kind == "s3":
            options = {"config_kwargs": _S3_LIMITS, **options}
        self._root = path
        self._files = fsspec.filesystem(
            kind, skip_instance_cache=True, use_listings_cache=False, **options
        )
        self.address = f"{endpoint or kind}/{path}"
        self.host = str(endpoint or f"{kind}://{path.partition('/')[0]}")

    def files(self) -> Iterator[ModelFile]:
        """The files below the folder, with their ETags or generations."""
        for name, told in self._files.find(self._root, detail=True).items():
            version = told.get("generation") or told.get("ETag") or told.get("etag")
            if name != self._root:
                yield ModelFile(
                    name[len(self._root) + 1 :], told["size"], str(version) if version else None
                )

    def _copy(self, file: ModelFile, target: Path, arrived: Callable[[int], object]) -> None:
        """Copies one file by the file system's own way, which streams it."""
        from fsspec.callbacks import Callback

        class Arriving(Callback):  # type: ignore[misc]
            def relative_update(self, inc: int = 1) -> None:
                arrived(inc)

        self._files.get_file(f"{self._root}/{file.path}", str(target), callback=Arriving())
