"""Pages that keep themselves up to date where scripts run: ``static/live.js`` asks for the page again, and what has
changed of it takes its place. Without scripts a page reloads itself if its address asks for that (``refresh``).

The script names the version that it shows (``If-None-Match``), and is answered 304 while there is no other. Nothing of
ours is ever kept by a browser (``no-store``), so whatever asks with a version is the script, and no person.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import Response

from tocsin.console.access.visits import VERSION
from tocsin.console.operator.desk import draw, query_without
from tocsin.runtime import clock
from tocsin.runtime.web import WITH_SCRIPTS

Refresh = Annotated[int | None, Query(ge=2, le=300)]
"""Seconds after which a browser without scripts asks again."""
EVERY = 10
"""Seconds between two questions of the script."""
CONTENT_SECURITY = f"{WITH_SCRIPTS}; connect-src 'self'; trusted-types tocsin-live"
_VERSION = b'data-version=""'


def draw_live(
    request: Request, name: str, refresh: int | None, shown: Callable[[], None] = lambda: None, **content: Any
) -> Response:
    """A page as ``draw`` gives it, or 304. shown: called before content leaves that this reader does not have yet.

    So a reading goes on record once for each page that is opened and once for each change of it that is shown, not
    every few seconds. Nobody reads past the record by naming a version: one is a digest of what was shown, with what
    only this session knows.
    """
    here = query_without(request, "refresh", "lang", "done")
    live = {"at": clock.now(), "every": EVERY, "refresh": refresh, "here": here}
    page = draw(request, name, live=live, **content)
    body = bytes(page.body)
    version = f'"{_digest(request, body)}"'
    if request.headers.get(VERSION) == version:
        return Response(status_code=304, headers={"etag": version})
    shown()
    page.body = body.replace(_VERSION, f"data-version={version}".encode(), 1)
    page.headers["content-length"] = str(len(page.body))
    page.headers["etag"] = version
    page.headers["content-security-policy"] = CONTENT_SECURITY
    return page


def _digest(request: Request, body: bytes) -> str:
    """Of what the page is about, without the time at which it was drawn."""
    main = body.partition(b"<main")[2].partition(b"</main>")[0]
    return sha256(getattr(request.state, "csrf", "").encode() + main).hexdigest()[:32]
