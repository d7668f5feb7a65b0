# SPDX-License-Identifier: Apache-2.0
"""A fake of Entra's token endpoint, Azure Resource Manager, Azure ML and Key Vault.

It stands for what cannot run locally. It checks secrets and the audience of tokens, records the
calls, and answers in the forms that the published SDKs read.
"""

from __future__ import annotations

import base64
import json
import re
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

TENANT = "11111111-1111-1111-1111-111111111111"
CLIENT = "22222222-2222-2222-2222-222222222222"
SECRET = "right-secret"  # noqa: S105 (opens nothing)
WORKSPACE = (
    "/subscriptions/sub1/resourceGroups/rg1/providers/Microsoft.MachineLearningServices"
    "/workspaces/ws1"
)
ARM = "https://management.azure.com"
ARM_OF_OLD = "https://management.core.windows.net"
MSI_HEADER = "msi-header"


class State:
    """What the fake holds, and what it was asked."""

    def __init__(self):
        self.calls = []
        self.models = {}
        self.stores = {}
        self.vault = {}
        self.failures = []  # (path pattern, status, headers), each for one call


def token(audience, seconds=3600):
    """A token as Entra's version 1 endpoint makes them, but for the signature."""
    now = int(time.time())
    claims = {
        "aud": audience,
        "iss": f"https://sts.windows.net/{TENANT}/",
        "iat": now - 60,
        "nbf": now - 60,
        "exp": now + seconds,
        "tid": TENANT,
        "appid": CLIENT,
        "oid": CLIENT,
    }
    parts = [{"alg": "none", "typ": "JWT"}, claims]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts]
    return b".".join([*encoded, b"c2ln"]).decode()


def claims(header):
    """The claims of an Authorization header; empty if there is none."""
    text = (header or "").removeprefix("Bearer ").split(".")
    if len(text) != 3:
        return {}
    return json.loads(base64.urlsafe_b64decode(text[1] + "=" * (-len(text[1]) % 4)))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        self._answer()

    do_POST = do_GET  # noqa: N815 (the name that http.server calls)

    def _answer(self):
        state = self.server.state
        url = urlsplit(self.path)
        self.query = {name: values[0] for name, values in parse_qs(url.query).items()}
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.form = {name: values[0] for name, values in parse_qs(body).items()}
        state.calls.append(
            (self.command, self.headers["Host"].partition(":")[0], url.path, self.query)
        )
        for failure in state.failures:
            pattern, status, headers = failure
            if re.search(pattern, url.path):
                state.failures.remove(failure)
                return self._reply(
                    status, _error("Asked", f"status {status} was asked for"), headers
                )
        for pattern, method in _ROUTES:
            found = re.fullmatch(pattern, url.path)
            if found:
                return method(self, state, **found.groupdict())
        return self._reply(404, _error("NotFound", url.path))

    def _reply(self, status, body, headers=()):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def discovery(self, state, tenant):
        base = f"https://{self.headers['Host']}/{tenant}"
        self._reply(
            200,
            {
                "issuer": f"{base}/v2.0",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "jwks_uri": f"{base}/discovery/v2.0/keys",
            },
        )

    def instances(self, state):
        base = f"https://{self.headers['Host']}/{TENANT}/v2.0/.well-known/openid-configuration"
        self._reply(200, {"tenant_discovery_endpoint": base, "metadata": []})

    def grant(self, state, tenant):
        given = (self.form.get("client_id"), self.form.get("client_secret"))
        header = self.headers.get("Authorization", "")
        if header.startswith("Basic "):
            given = tuple(base64.b64decode(header[6:]).decode().split(":", 1))
        if (tenant, *given) != (TENANT, CLIENT, SECRET):
            text = "AADSTS7000222: The provided client secret keys are expired."
            if given[1] != "expired":
                text = "AADSTS7000215: Invalid client secret provided."
            return self._reply(401, {"error": "invalid_client", "error_description": text})
        wanted = (self.form.get("scope") or self.form.get("resource") or "").split(" ")[0]
        return self._granted(wanted.removesuffix("/.default"))

    def managed(self, state):
        if self.headers.get("X-IDENTITY-HEADER") != MSI_HEADER:
            return self._reply(401, _error("Unauthorized", "wrong X-IDENTITY-HEADER"))
        return self._granted(self.query["resource"])

    def _granted(self, audience):
        answer = {"token_type": "Bearer", "access_token": token(audience), "resource": audience}
        expiry = int(time.time()) + 3600
        self._reply(
            200, {**answer, "expires_in": 3600, "ext_expires_in": 3600, "expires_on": str(expiry)}
        )

    def _admitted(self, audience):
        told = claims(self.headers.get("Authorization"))
        # Resource Manager takes tokens for its older name too; SDK 1 asks for those.
        good = {audience, ARM_OF_OLD} if audience == ARM else {audience}
        if not told or told["aud"].rstrip("/") not in good or told["exp"] < time.time():
            challenge = f'Bearer authorization="https://login.microsoftonline.com/{TENANT}"'
            headers = (("WWW-Authenticate", f'{challenge}, resource="{audience}"'),)
            self._reply(401, _error("AuthenticationFailed", "no good token"), headers)
            return False
        return True

    def subscriptions(self, state):
        if self._admitted(ARM):
            entry = {"subscriptionId": "sub1", "tenantId": TENANT, "displayName": "sub1"}
            entry.update(id="/subscriptions/sub1", state="Enabled")
            self._reply(200, {"value": [entry]})

    def workspace(self, state):
        if self._admitted(ARM):
            properties = {
                "workspaceId": "33333333-3333-3333-3333-333333333333",
                "friendlyName": "ws1",
                "discoveryUrl": "https://local.experiments.azureml.net/discovery",
            }
            kind = "Microsoft.MachineLearningServices/workspaces"
            self._reply(
                200,
                {
                    "id": WORKSPACE,
                    "name": "ws1",
                    "type": kind,
                    "location": "local",
                    "properties": properties,
                },
            )

    def versions(self, state, name):
        if not self._admitted(ARM):
            return None
        known = state.models.get(name)
        if known is None:
            return self._reply(404, _error("UserError", f"Model {name} not found"))
        wanted = [version for version in known if not known[version].get("archived")]
        if "createdtime desc" in self.query.get("$orderBy", ""):
            wanted.sort(key=lambda version: known[version]["created"], reverse=True)
        top = int(self.query.get("$top", 100))
        return self._reply(200, {"value": [_version(name, v, known[v]) for v in wanted[:top]]})

    def version(self, state, name, version):
        if not self._admitted(ARM):
            return None
        known = state.models.get(name, {})
        if version not in known:
            return self._reply(404, _error("UserError", f"Model {name}:{version} not found"))
        return self._reply(200, _version(name, version, known[version]))

    def store(self, state, name):
        if not self._admitted(ARM):
            return None
        known = state.stores.get(name)
        if known is None:
            return self._reply(404, _error("UserError", f"Datastore {name} not found"))
        credentials = {"credentialsType": known["credentials"]}
        if known["credentials"] == "ServicePrincipal":
            credentials.update(clientId=CLIENT, tenantId=TENANT)
            credentials["authorityUrl"] = "https://login.microsoftonline.com"
        kind = known.get("type", "AzureBlob")
        container = "filesystem" if kind == "AzureDataLakeGen2" else "containerName"
        properties = {
            "datastoreType": kind,
            "accountName": "xyz",
            "endpoint": "core.windows.net",
            "protocol": "https",
            "credentials": credentials,
            container: known["container"],
        }
        return self._reply(200, {"name": name, "properties": properties})

    def secrets(self, state, name):
        if self._admitted(ARM):
            self._reply(200, state.stores[name]["secret"])

    def vault_secret(self, state, name):
        if self._admitted("https://vault.azure.net"):
            if name in state.vault:
                self._reply(200, {"value": state.vault[name]})
            else:
                self._reply(404, _error("SecretNotFound", f"{name} was not found"))


def _version(name, version, told):
    return {
        "id": f"{WORKSPACE}/models/{name}/versions/{version}",
        "name": version,
        "properties": {"modelUri": told["uri"], "modelType": "mlflow_model"},
        "systemData": {"createdAt": told["created"]},
    }


def _error(code, message):
    return {"error": {"code": code, "message": message}}


_WS = re.escape(WORKSPACE)
_ROUTES = [
    (r"/(?P<tenant>[^/]+)/v2\.0/\.well-known/openid-configuration", _Handler.discovery),
    (r"/common/discovery/instance", _Handler.instances),
    (r"/(?P<tenant>[^/]+)/oauth2/(?:v2\.0/)?token", _Handler.grant),
    (r"/msi/token", _Handler.managed),
    (r"/subscriptions", _Handler.subscriptions),
    (_WS, _Handler.workspace),
    (_WS + r"/models/(?P<name>[^/]+)/versions", _Handler.versions),
    (_WS + r"/models/(?P<name>[^/]+)/versions/(?P<version>[^/]+)", _Handler.version),
    (_WS + r"/datastores/(?P<name>[^/]+)", _Handler.store),
    (_WS + r"/datastores/(?P<name>[^/]+)/listSecrets", _Handler.secrets),
    (r"/secrets/(?P<name>[^/]+)", _Handler.vault_secret),
]


class Entra:
    """The running fake; with certificates https, else http (for managed identities)."""

    def __init__(self, state, certificates=None):
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self._server.state = state
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
