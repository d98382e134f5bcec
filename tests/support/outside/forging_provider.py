"""An OpenID provider that signs whatever a test gives it, and the file of settings that names one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

from loopback import Handler
from tocsin.console.access.provider import Provider, read_provider

TABLE = """
[openid]
issuer = "{issuer}"
client_id = "tocsin-console"
secret_file = "openid.secret"
required_amr = ["hwk"]
[openid.roles]
tocsin-duty = ["duty_officer", "reviewer"]
tocsin-audit = ["auditor"]
"""
KEYS = [RSAKey.generate_key(2048, {"kid": "k"}) for _ in range(2)]
T = 1_800_000_000


def a_provider(folder: Path, issuer: str) -> Provider:
    (folder / "openid.secret").write_text("a secret: of 2 parts\n")
    (folder / "access.toml").write_text(TABLE.format(issuer=issuer))
    return read_provider(folder / "access.toml")


class Forging(Handler):
    """Speaks as a provider does, and signs whatever a test gives it."""

    key: RSAKey
    claims: Mapping[str, Any]
    signed_by: RSAKey

    def respond(self) -> None:
        own = f"http://127.0.0.1:{self.server.server_address[1]}"
        if self.path == "/jwks":
            self.answer(200, {"keys": [self.key.as_dict(private=False)]})
        elif self.path == "/token":
            self.content()
            claims = {"iss": own, "aud": "tocsin-console", "sub": "s", "nonce": "right"} | self.claims
            claims = {name: value for name, value in claims.items() if value is not None}
            token = jwt.encode({"alg": "RS256", "kid": "k"}, claims, self.signed_by)
            self.answer(200, {"access_token": "a", "token_type": "Bearer", "id_token": token})
        else:
            places = {"authorization_endpoint": "/a", "token_endpoint": "/token", "jwks_uri": "/jwks"}
            self.answer(200, {"issuer": own} | {name: own + path for name, path in places.items()})
