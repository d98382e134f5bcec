"""Forms are small: whatever is larger, or does not say how large it is, is refused before it is read."""

from starlette.types import ASGIApp, Receive, Scope, Send

from tocsin.runtime.web import problem

LARGEST = 16 * 1024
"""Bytes of a form."""
_BODILESS = ("GET", "HEAD")


class SmallForms:
    """Refuses bodies without a length (411), or above ``LARGEST`` (413)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in _BODILESS:
            await self.app(scope, receive, send)
            return
        length = dict(scope["headers"]).get(b"content-length", b"")
        if not length.isdigit():
            await problem(411, "length required")(scope, receive, send)
        elif int(length) > LARGEST:
            await problem(413, "too large")(scope, receive, send)
        else:
            await self.app(scope, receive, send)
