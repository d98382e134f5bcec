"""Debian's Chromium, driven by Playwright in a thread of its own.

Playwright's sync API runs an event loop, and the thread in which it was started counts as running that loop for as long
as the browser lives: nothing else there could call ``asyncio.run``, as many tests do. So one thread owns the browser, and
what is done with a page in any other thread is done by that one.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import expect as expect_there

from tocsin.devtools.mails.browser import program

WINDOW = {"width": 1280, "height": 900}
SMALL_WINDOW = {"width": 320, "height": 900}
PATIENCE = 60_000
"""Milliseconds that the browser, or a page, may take."""
_NOWHERE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"
"""Pages name addresses outside: no test goes there."""
_AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
_PLAIN = (str, bytes, int, float, dict, Path, type(None))


class Elsewhere:
    """Something of Playwright's that a thread owns: used here as its documentation says, done there."""

    def __init__(self, thread: ThreadPoolExecutor, there: Any) -> None:
        self._thread, self._there = thread, there

    def __getattr__(self, name: str) -> Any:
        return self.done(getattr, self._there, name)

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self.done(self._there, *arguments, **named)

    def __enter__(self) -> Any:
        return self.done(self._there.__enter__)

    def __exit__(self, *raised: Any) -> Any:
        return self.done(self._there.__exit__, *raised)

    def done(self, function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """What ``function`` returns there. Raises what it raises."""
        named = {name: _bare(each) for name, each in named.items()}
        return self._seen(self._thread.submit(function, *map(_bare, arguments), **named).result())

    def _seen(self, answer: Any) -> Any:
        if isinstance(answer, list):
            return [self._seen(each) for each in answer]
        return answer if isinstance(answer, _PLAIN) else Elsewhere(self._thread, answer)


def _bare(each: Any) -> Any:
    return each._there if isinstance(each, Elsewhere) else each


def expect(seen: Any) -> Any:
    """As Playwright's ``expect``: waits until it holds."""
    return seen.done(expect_there, seen)


def authenticator(page: Page) -> Callable[[], list[Any]]:
    """Give the browser one, with a user who is verified; what is returned tells which passkeys it holds.

    Chromium's own, which keeps to its relying party: Playwright's takes the place of ``navigator.credentials``.
    """
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    added = session.send("WebAuthn.addVirtualAuthenticator", {"options": _AUTHENTICATOR})
    return lambda: session.send("WebAuthn.getCredentials", added)["credentials"]


@contextmanager
def a_browser() -> Iterator[Browser]:
    expect_there.set_options(timeout=PATIENCE)
    with ThreadPoolExecutor(1, "browser") as thread, Elsewhere(thread, sync_playwright()) as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=[_NOWHERE])
        try:
            yield browser
        finally:
            browser.close()
