"""An OpenID provider in a process of its own (oidc-provider-mock), which insists on PKCE: its authors leave that out.

``python openid_provider.py PORT``. A code is remembered with the challenge it was asked for, and is exchanged for the
verifier of that challenge alone (RFC 7636, 4.6).
"""

import io
import json
import subprocess
import sys
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit
from wsgiref.simple_server import WSGIRequestHandler, make_server

import httpx

from tocsin.devtools.ports import free_ports

PEOPLE = {
    "subject-1": {"groups": ["tocsin-duty", "cafeteria"], "amr": ["pwd", "hwk"]},
    "subject-2": {"groups": ["cafeteria"], "amr": ["hwk"]},
    "subject-3": {"groups": ["tocsin-duty"], "amr": ["pwd"]},
    "desk": {"email": "desk@mechanism.example", "email_verified": True},
    "capitals": {"email": "DESK@Mechanism.example", "email_verified": True},
    "unverified": {"email": "desk@mechanism.example", "email_verified": False},
    "claimed": {"email": "desk@mechanism.example", "email_verified": "true"},
    "unknown": {"email": "nobody@mechanism.example", "email_verified": True},
    "elsewhere": {"email": "desk@elsewhere.example", "email_verified": True},
    "nameless": {},
}


class Insists:
    """Lets nothing through without a right proof of the code's owner."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self._app, self._challenges = app, dict[str, str]()

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        query = parse_qs(environ.get("QUERY_STRING", ""))
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        if environ["PATH_INFO"].endswith("/authorize"):
            if query.get("code_challenge_method") != ["S256"] or not query.get("nonce"):
                return self._refuse(start)
            return self._app(environ, self._noting(query["code_challenge"][0], start))
        if environ["PATH_INFO"].endswith("/token"):
            sent = parse_qs(body.decode())
            made = sha256(sent.get("code_verifier", [""])[0].encode()).digest()
            proof = urlsafe_b64encode(made).decode().rstrip("=")
            if self._challenges.pop(sent.get("code", [""])[0], None) != proof:
                return self._refuse(start)
        return self._app(environ, start)

    def _noting(self, challenge: str, start: Callable[..., Any]) -> Callable[..., Any]:
        def begin(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            for name, value in headers:
                if name.lower() == "location":
                    for code in parse_qs(urlsplit(value).query).get("code", []):
                        self._challenges[code] = challenge
            return start(status, headers, *rest)

        return begin

    @staticmethod
    def _refuse(start: Callable[..., Any]) -> Iterable[bytes]:
        start("400 Bad Request", [("Content-Type", "application/json")])
        return [json.dumps({"error": "invalid_grant"}).encode()]


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None: ...


@contextmanager
def a_provider_process() -> Iterator[str]:
    """Its issuer, once it answers."""
    [port] = free_ports(1)
    process = subprocess.Popen([sys.executable, __file__, str(port)], stderr=subprocess.DEVNULL)
    try:
        yield _answering(f"http://127.0.0.1:{port}")
    finally:
        process.kill()
        process.wait()


def _answering(issuer: str) -> str:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            httpx.get(f"{issuer}/.well-known/openid-configuration").raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return issuer
    raise TimeoutError("the provider does not answer")


def main(port: int) -> None:
    import oidc_provider_mock
    from oidc_provider_mock import User

    people = [User(sub=sub, claims=claims) for sub, claims in PEOPLE.items()]
    app = oidc_provider_mock.app(require_nonce=True, user_claims=people)
    make_server("127.0.0.1", port, Insists(app), handler_class=_Quiet).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))
