# SPDX-License-Identifier: Apache-2.0
"""Models that Hadoop's client in the driver's JVM reads, with the credentials of the cluster."""

from __future__ import annotations

from sparkpredict.errors import ConfigurationError
from sparkpredict.sources import download, failures
from sparkpredict.sources.request import Fetched, Request, redacted


def fetch(request: Request) -> Fetched:
    """Downloads the folder of a URI.

    Raises:
        ConfigurationError: there is no JVM here, or its Hadoop knows no client for the scheme.
        ModelError: the client cannot read the folder, or there is none.
    """
    shown = redacted(request.uri)
    store = request.hadoop_store(request.uri)
    if store is None:
        raise ConfigurationError("PREDICT_HADOOP_MISSING", uri=shown)
    with failures.of_a_store(store.host, shown):
        kept = download.tree(store, shown, request)
    if kept is None:
        raise failures.missing(store.host, f"folder {shown}")
    told = "Hadoop's client in the driver"
    return Fetched(kept.folder, request.uri, told, {"source": "hadoop"}, kept)
