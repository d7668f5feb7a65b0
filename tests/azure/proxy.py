# SPDX-License-Identifier: Apache-2.0
"""Stands before Azurite and does what Azurite never does: a role is missing, a body is cut."""

from __future__ import annotations

import http.client
import ssl

from fake_server import Server, State

# What Azure Storage answers, by the code in its header x-ms-error-code.
TEXTS = {
    "AuthorizationPermissionMismatch": (
        "This request is not authorized to perform this operation using this permission."
    ),
    "Moved": "The blob is elsewhere.",
    "ServerBusy": "The server is busy.",
    "TooManyRequests": "Too many requests.",
}


class Proxy:
    """Gives its own answers as long as there are any, and Azurite's then.

    Attributes:
        answers: (status, code, headers) of the next calls.
        spoil: the end of a path, and how the answers to GETs of such a path are sent: a function
            of call, status, headers and data; None to send all as they are.
        hosts: what the calls were for.
        port: where it listens.
    """

    def __init__(self, azurite_port, certificates):
        self.answers = []
        self.spoil = None
        self._port = azurite_port
        self._context = ssl.create_default_context(cafile=certificates.authority)
        every = [(method, ".*", self._answer) for method in ("GET", "HEAD")]
        self._state = State()
        self._server = Server(self._state, every, certificates)
        self.port = self._server.port

    @property
    def hosts(self):
        return {host for _, host, _, _ in self._state.calls}

    def _answer(self, call):
        if not self.answers:
            return self._forward(call)
        status, code, headers = self.answers.pop(0)
        text = f"<Error><Code>{code}</Code><Message>{TEXTS[code]}</Message></Error>"
        data = f'<?xml version="1.0" encoding="utf-8"?>{text}'.encode()
        stated = [("Content-Type", "application/xml"), ("Content-Length", str(len(data)))]
        return call.answer(data, status, [*stated, ("x-ms-error-code", code), *headers])

    def _forward(self, call):
        connection = http.client.HTTPSConnection("127.0.0.1", self._port, context=self._context)
        connection.request(call.command, call.path, headers=dict(call.headers))
        answer = connection.getresponse()
        data = answer.read()
        left = {"transfer-encoding", "connection", "keep-alive", "content-length"}
        headers = [pair for pair in answer.getheaders() if pair[0].lower() not in left]
        length = answer.headers.get("Content-Length", 0) if call.command == "HEAD" else len(data)
        connection.close()
        end, send = self.spoil or (None, None)
        if send and call.command == "GET" and call.path.partition("?")[0].endswith(end):
            return send(call, answer.status, headers, data)
        return call.answer(data, answer.status, [*headers, ("Content-Length", str(length))])

    def stop(self):
        """Ends it."""
        self._server.stop()
