"""Pages as a browser knows them: their address, their cookies, and which forms come from them."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from hmac import compare_digest
from typing import Literal
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from tocsin.runtime.browsers import is_same_origin

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
"""256 bits, as ``secrets.token_urlsafe`` writes them."""


@dataclass(frozen=True, slots=True)
class Site:
    """hosts: the names under which the pages are asked for. origin: scheme and host of the public address.

    name: what its cookies begin with. Cookies know no ports: two sites may have the same host.
    """

    hosts: frozenset[str]
    origin: str
    name: str = "tocsin"

    @property
    def is_secure(self) -> bool:
        return self.origin.startswith("https://")

    def cookie(self, name: str) -> str:
        """The whole name of a cookie; with ``__Host-`` no other host, and nobody on the way, can set it."""
        return f"__Host-{self.name}-{name}" if self.is_secure else f"{self.name}-{name}"

    def token(self, request: Request, name: str) -> str:
        """What the cookie holds, if it is a token; "" otherwise."""
        value = request.cookies.get(self.cookie(name), "")
        return value if _TOKEN.fullmatch(value) else ""

    def language(self, request: Request, languages: Collection[str]) -> str | None:
        """The language that was chosen: by this address, or in this browser before."""
        for wanted in (request.query_params.get("lang"), request.cookies.get(self.cookie("language"))):
            if wanted in languages:
                return wanted
        return None

    def keep(
        self, answer: Response, name: str, value: str, lasting: int | None, sent: Literal["strict", "lax"]
    ) -> None:
        """Set a cookie that no script sees. lasting: seconds; None: until the browser is closed.

        sent: ``strict``: from our own pages alone; ``lax``: also when a link elsewhere is followed.
        """
        answer.set_cookie(
            self.cookie(name), value, max_age=lasting, path="/", secure=self.is_secure, httponly=True, samesite=sent
        )

    def is_genuine(self, request: Request, given: str, own: str) -> bool:
        """Whether a form comes from a page that this browser was given. A browser says where from, if it can.

        given: the proof in the form. own: what it must be for this browser.
        """
        return compare_digest(given.encode(), own.encode()) and is_same_origin(request, self.origin)


def site_of(public: str, bind: str, name: str = "tocsin") -> Site:
    """public: the address that people are given. bind: where the process listens.

    Another site may point its own name at this machine (DNS rebinding); only behind plain HTTP, which is for trying
    Tocsin out, is the machine asked for by its local names too.
    """
    parts = urlsplit(public)
    local = ("127.0.0.1", "localhost", "::1", bind) if parts.scheme != "https" else ()
    return Site(frozenset(filter(None, (*local, parts.hostname))), f"{parts.scheme}://{parts.netloc}", name)
