"""Signing in by OpenID Connect: authorization code with PKCE, state and nonce (OpenID Connect Core 1.0; RFC 9700)."""

import secrets
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hmac import compare_digest
from typing import Any
from urllib.parse import quote

import httpx
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from tocsin.console.access.provider import Client, Provider, is_private
from tocsin.console.access.viewer import Role

_PATIENCE = httpx.Timeout(5.0)
_ALGORITHMS = ["RS256", "PS256", "ES256"]
_LEEWAY = 60
"""Seconds by which clocks may differ."""
_LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
_TOLD_WITHIN = 120
"""Seconds in which a provider tells of a sign-out; what is older may be sent by anybody who kept it."""
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class ProviderAway(ConnectionError):
    """The provider does not answer, or not as a provider does."""


class NotSignedIn(PermissionError):
    """The provider's answer signs nobody in; ``code`` says why, and is stable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom the provider signed in. roles: none, if it gives them no group that we know."""

    issuer: str
    subject: str
    roles: frozenset[Role]


def begin(provider: Client, redirect: str, lately: timedelta | None = None) -> tuple[str, dict[str, str]]:
    """Where to send the browser, and what to keep until it comes back. redirect: to where it comes back.

    lately: the provider asks people themselves unless they have proved it in that time. Raises ProviderAway.
    """
    known = _metadata(provider)
    verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(32)
    client = _client(provider, redirect, None)
    endpoint, state = known["authorization_endpoint"], secrets.token_urlsafe(32)
    most = {} if lately is None else {"max_age": str(int(lately.total_seconds()))}
    url, _ = client.create_authorization_url(endpoint, state=state, code_verifier=verifier, nonce=nonce, **most)
    return str(url), {"state": state, "nonce": nonce, "verifier": verifier, **most}


def finish(
    provider: Provider, redirect: str, begun: Mapping[str, str], answer: Mapping[str, str], now: datetime
) -> Subject:
    """Whom the provider signed in; see ``said_of``."""
    claims = said_of(provider, redirect, begun, answer, now)
    return Subject(provider.issuer, str(claims["sub"]), provider.roles_of(claims.get(provider.claim)))


def said_of(
    provider: Client, redirect: str, begun: Mapping[str, str], answer: Mapping[str, str], now: datetime
) -> Mapping[str, Any]:
    """What the provider says of whom it signed in, verified. begun: what was kept. answer: the query of the browser.

    Raises ProviderAway, NotSignedIn: ``state-wrong``, ``issuer-wrong``, ``refused``, ``token-invalid``, ``too-weak``,
    ``too-long-ago`` (or it does not say when: ``auth_time``; OpenID Connect Core 1.0, 3.1.3.7).
    """
    if not compare_digest(answer.get("state", "").encode(), begun["state"].encode()):
        raise NotSignedIn("state-wrong")
    if answer.get("iss", provider.issuer) != provider.issuer:  # RFC 9207: an answer of another provider
        raise NotSignedIn("issuer-wrong")
    if "error" in answer or not answer.get("code"):
        raise NotSignedIn("refused")
    known = _metadata(provider)
    token = _token(provider, known["token_endpoint"], redirect, answer["code"], begun["verifier"])
    claims = _claims(provider, _fetch(known["jwks_uri"]), token, begun["nonce"], now)
    if provider.required_amr and provider.required_amr.isdisjoint(claims.get("amr") or ()):
        raise NotSignedIn("too-weak")
    if "max_age" in begun and not _is_recent(claims.get("auth_time"), int(begun["max_age"]), now):
        raise NotSignedIn("too-long-ago")
    return claims


def logged_out(provider: Client, token: str, now: datetime) -> str:
    """The subject whose sessions the provider has ended (OpenID Connect Back-Channel Logout 1.0, 2.6).

    Raises ProviderAway, NotSignedIn (``token-invalid``).
    """
    claims = _decoded(_fetch(_metadata(provider)["jwks_uri"]), token)
    audience, events, subject = claims.get("aud"), claims.get("events"), claims.get("sub")
    is_for_us = provider.client_id in (audience if isinstance(audience, list) else [audience])
    says_so = isinstance(events, dict) and isinstance(events.get(_LOGOUT), dict) and "nonce" not in claims
    is_new = _is_recent(claims.get("iat"), _TOLD_WITHIN, now)
    if claims.get("iss") == provider.issuer and is_for_us and says_so and is_new and isinstance(subject, str):
        return subject
    raise NotSignedIn("token-invalid")


def _client(provider: Client, redirect: str, web: httpx.Client | None) -> OAuth2Client:
    asked = {"scope": provider.scope, "redirect_uri": redirect, "code_challenge_method": "S256"}
    return OAuth2Client(web, provider.client_id, provider.secret, **asked)


def _token(provider: Client, endpoint: str, redirect: str, code: str, verifier: str) -> Mapping[str, Any]:
    try:
        with _web() as web:
            auth = quote(provider.client_id, safe=""), quote(provider.secret, safe="")  # RFC 6749, 2.3.1
            client = _client(provider, redirect, web)
            return dict(client.fetch_token(endpoint, auth=auth, code=code, code_verifier=verifier))
    except OAuth2Error:
        raise NotSignedIn("refused") from None
    except (httpx.HTTPError, ValueError):
        raise ProviderAway from None


def _claims(
    provider: Client, keys: dict[str, Any], token: Mapping[str, Any], nonce: str, now: datetime
) -> Mapping[str, Any]:
    options = {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client_id},
        "sub": {"essential": True},
    }
    params = {"nonce": nonce, "client_id": provider.client_id, "access_token": token.get("access_token")}
    try:
        decoded = _verified(keys, str(token.get("id_token")))
        claims = CodeIDToken(decoded.claims, decoded.header, options, params)
        claims.validate(now=int(now.timestamp()), leeway=_LEEWAY)
    except (JoseError, ValueError, TypeError, KeyError):
        raise NotSignedIn("token-invalid") from None
    found: Mapping[str, Any] = claims
    return found


def _decoded(keys: dict[str, Any], token: str) -> Mapping[str, Any]:
    try:
        return dict(_verified(keys, token).claims)
    except (JoseError, ValueError, TypeError, KeyError):
        raise NotSignedIn("token-invalid") from None


def _verified(keys: dict[str, Any], token: str) -> jwt.Token:
    return jwt.decode(token, KeySet.import_key_set(keys), algorithms=_ALGORITHMS)  # type: ignore[arg-type]  # from outside


def _is_recent(proved_at: object, seconds: int, now: datetime) -> bool:
    if isinstance(proved_at, bool) or not isinstance(proved_at, (int, float)):
        return False
    return abs(now.timestamp() - proved_at) <= seconds + _LEEWAY


def _metadata(provider: Client) -> dict[str, str]:
    """Read each time: operators sign in a few times a day, and keys are never stale."""
    found = _fetch(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    endpoints = {name: found.get(name) for name in _ENDPOINTS}
    if found.get("issuer") != provider.issuer or not all(
        isinstance(url, str) and is_private(url) for url in endpoints.values()
    ):
        raise ProviderAway
    return {name: str(url) for name, url in endpoints.items()}


def _fetch(url: str) -> dict[str, Any]:
    try:
        with _web() as web:
            answer = web.get(url).raise_for_status().json()
    except (httpx.HTTPError, ValueError):
        raise ProviderAway from None
    if not isinstance(answer, dict):
        raise ProviderAway
    return answer


def _web() -> httpx.Client:
    return httpx.Client(timeout=_PATIENCE, verify=_trust())


@cache
def _trust() -> ssl.SSLContext:
    """The certificates that this machine trusts; to read them takes longer than to ask."""
    return ssl.create_default_context()
