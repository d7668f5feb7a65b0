# SPDX-License-Identifier: Apache-2.0
"""The frame of the fakes of Azure's services: one server, its routes, and what it was asked.

They stand for what cannot run locally. They check secrets and the audience of tokens, record the
calls, and answer in the forms that the published SDKs read.
"""

from __future__ import annotations

import json
import re
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class State:
    """What the fakes hold, and what they were asked."""

    def __init__(self):
        self.calls = []
        self.models = {}
        self.stores = {}
        self.vault = {}
        self.assets = {}
        self.failures = []  # (path pattern, status, headers), each for one call

    def clear(self):
        """Forgets all."""
        for kept in vars(self).values():
            kept.clear()


class Call(BaseHTTPRequestHandler):
    """One call; routes answer it by ``reply`` or ``fail``."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        url = urlsplit(self.path)
        self.query = {name: values[0] for name, values in parse_qs(url.query).items()}
        self.text = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.state = self.server.state
        self.host = self.headers["Host"].partition(":")[0]
        self.state.calls.append((self.command, self.host, url.path, self.query))
        for failure in self.state.failures:
            pattern, status, headers = failure
            if re.search(pattern, url.path):
                self.state.failures.remove(failure)
                return self.fail(status, "Asked", f"status {status} was asked for", headers)
        for method, pattern, answer in self.server.routes:
            found = re.fullmatch(pattern, url.path)
            if found and method == self.command:
                return answer(self, **found.groupdict())
        return self.fail(404, "NotFound", url.path)

    do_HEAD = do_POST = do_GET  # noqa: N815 (the names that http.server calls)

    def form(self):
        """The fields of a form that was sent."""
        return {name: values[0] for name, values in parse_qs(self.text).items()}

    def sent(self):
        """The JSON that was sent."""
        return json.loads(self.text)

    def reply(self, body, status=200, headers=()):
        """Answers with JSON."""
        data = json.dumps(body).encode()
        stated = (("Content-Type", "application/json"), ("Content-Length", str(len(data))))
        self.answer(data, status, (*stated, *headers))

    def answer(self, data, status, headers):
        """Answers with bytes."""
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def fail(self, status, code, message, headers=()):
        """Answers with an error of Azure's form."""
        self.reply({"error": {"code": code, "message": message}}, status, headers)


class Server:
    """The running fakes; with certificates https, else http (for managed identities)."""

    def __init__(self, state, routes, certificates=None):
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Call)
        self._server.daemon_threads = True
        self._server.state = state
        self._server.routes = routes
        if certificates is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificates.certificate, certificates.key)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self):
        """Ends it."""
        self._server.shutdown()
        self._server.server_close()
