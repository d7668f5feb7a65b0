# SPDX-License-Identifier: Apache-2.0
"""Sends Azure's host names to servers on loopback, inside this process; refuses all others.

``getaddrinfo`` answers with the port, so a host's 443 can become a server's own port. The
certificate is still checked against the real name.
"""

from __future__ import annotations

import fnmatch
import socket
from contextlib import contextmanager

LOCAL = {None, "", "localhost", "127.0.0.1", "::1", "0.0.0.0"}  # noqa: S104 (a name, not a bind)


@contextmanager
def redirected(rules):
    """Until the end, hosts that match a pattern lead to its port on loopback."""
    real = socket.getaddrinfo

    def getaddrinfo(host, port, *arguments, **options):
        name = host.decode() if isinstance(host, bytes) else host
        if name in LOCAL:
            return real(host, port, *arguments, **options)
        for pattern, target in rules.items():
            if fnmatch.fnmatch(name, pattern):
                return real("127.0.0.1", target, *arguments, **options)
        raise socket.gaierror(socket.EAI_NONAME, f"no test may ask for {name}")

    socket.getaddrinfo = getaddrinfo
    try:
        yield
    finally:
        socket.getaddrinfo = real
