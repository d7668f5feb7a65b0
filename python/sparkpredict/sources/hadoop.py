# SPDX-License-Identifier: Apache-2.0
"""Models that Hadoop's client in the driver's JVM reads, with the credentials of the cluster."""

from __future__ import annotations

from sparkpredict.errors import ConfigurationError, invalid_argument
from sparkpredict.sources import download, failures, local
from sparkpredict.sources.request import Fetched, Request, redacted, scheme


def fetch(request: Request) -> Fetched:
    """Downloads the folder of a URI.

    Raises:
        BindArgumentError: it is a path without a scheme.
        ConfigurationError: there is no JVM here, or its Hadoop knows no client for the scheme.
        ModelError: the client cannot read the folder, or there is none.
    """
    shown, kind = redacted(request.uri), scheme(request.uri)
    if not kind:  # it would be a path of the default file system, which nobody named
        raise invalid_argument("model_uri", shown, "a URI with a scheme for source='hadoop'")
    if kind == "file":
        local.fetch(request)  # Hadoop's client follows links
    store = request.hadoop_store(request.uri)
    if store is None:
        raise ConfigurationError("PREDICT_HADOOP_MISSING", uri=shown)
    with failures.of_a_store(store.host, shown):
        kept = download.tree(store, shown, request)
    if kept is None:
        raise failures.missing(store.host, f"folder {shown}")
    told = "Hadoop's client in the driver"
    return Fetched(kept.folder, request.uri, told, {"source": "hadoop"}, kept)
