# SPDX-License-Identifier: Apache-2.0
"""A fake of Entra: tokens for one service principal and for a managed identity."""

from __future__ import annotations

import base64
import json
import time

TENANT = "11111111-1111-1111-1111-111111111111"
CLIENT = "22222222-2222-2222-2222-222222222222"
SECRET = "right-secret"  # noqa: S105 (opens nothing)
MSI_HEADER = "msi-header"
PRINCIPAL = {"tenant_id": TENANT, "client_id": CLIENT, "client_secret": SECRET}


def token(audience, seconds=3600):
    """A token as Entra's version 1 endpoint makes them, but for the signature."""
    now = int(time.time())
    told = {
        "aud": audience,
        "iss": f"https://sts.windows.net/{TENANT}/",
        "iat": now - 60,
        "nbf": now - 60,
        "exp": now + seconds,
        "tid": TENANT,
        "appid": CLIENT,
        "oid": CLIENT,
    }
    parts = [{"alg": "none", "typ": "JWT"}, told]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts]
    return b".".join([*encoded, b"c2ln"]).decode()


def admitted(call, *audiences):
    """Whether the call has a token for one of the audiences; refuses it if not."""
    told = _claims(call.headers.get("Authorization"))
    if told and told["aud"].rstrip("/") in audiences and told["exp"] > time.time():
        return True
    challenge = f'Bearer authorization="https://login.microsoftonline.com/{TENANT}"'
    headers = (("WWW-Authenticate", f'{challenge}, resource="{audiences[0]}"'),)
    call.fail(401, "AuthenticationFailed", "no good token", headers)
    return False


def _claims(header):
    text = (header or "").removeprefix("Bearer ").split(".")
    if len(text) != 3:
        return {}
    return json.loads(base64.urlsafe_b64decode(text[1] + "=" * (-len(text[1]) % 4)))


def _discovery(call, tenant):
    base = f"https://{call.headers['Host']}/{tenant}"
    call.reply(
        {
            "issuer": f"{base}/v2.0",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "jwks_uri": f"{base}/discovery/v2.0/keys",
        }
    )


def _instances(call):
    base = f"https://{call.headers['Host']}/{TENANT}/v2.0/.well-known/openid-configuration"
    call.reply({"tenant_discovery_endpoint": base, "metadata": []})


def _grant(call, tenant):
    form = call.form()
    given = (form.get("client_id"), form.get("client_secret"))
    header = call.headers.get("Authorization", "")
    if header.startswith("Basic "):
        given = tuple(base64.b64decode(header[6:]).decode().split(":", 1))
    if (tenant, *given) != (TENANT, CLIENT, SECRET):
        text = "AADSTS7000222: The provided client secret keys are expired."
        if given[1] != "expired":
            text = "AADSTS7000215: Invalid client secret provided."
        return call.reply({"error": "invalid_client", "error_description": text}, 401)
    wanted = (form.get("scope") or form.get("resource") or "").split(" ")[0]
    return _granted(call, wanted.removesuffix("/.default"))


def _managed(call):
    if call.headers.get("X-IDENTITY-HEADER") != MSI_HEADER:
        return call.fail(401, "Unauthorized", "wrong X-IDENTITY-HEADER")
    return _granted(call, call.query["resource"])


def _granted(call, audience):
    answer = {"token_type": "Bearer", "access_token": token(audience), "resource": audience}
    expiry = int(time.time()) + 3600
    call.reply({**answer, "expires_in": 3600, "ext_expires_in": 3600, "expires_on": str(expiry)})


ROUTES = [
    ("GET", r"/(?P<tenant>[^/]+)/v2\.0/\.well-known/openid-configuration", _discovery),
    ("GET", r"/common/discovery/instance", _instances),
    ("POST", r"/(?P<tenant>[^/]+)/oauth2/(?:v2\.0/)?token", _grant),
    ("GET", r"/msi/token", _managed),
]
