"""One web server for a whole session of tests: it answers with the application of the test that runs."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from mailing import serving
from tocsin.runtime.catalogues import Words


@dataclass
class Stage:
    """port: on which it listens. app: what it shows."""

    port: int = 0
    app: ASGIApp | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def named(self) -> str:
        """Under a name: an address is no relying party of a passkey."""
        return f"http://localhost:{self.port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.app is not None
        await self.app(scope, receive, send)


@contextmanager
def a_stage() -> Iterator[Stage]:
    stage = Stage()
    with serving(stage) as url:
        stage.port = int(url.rpartition(":")[2])
        yield stage


@dataclass(frozen=True)
class Sayings:
    """The words of several catalogues in one language; where a key is in more than one, the first has it."""

    catalogues: Sequence[Words]

    def __call__(self, key: str, **facts: object) -> Any:
        return next((said(key, **facts) for said in self.catalogues if said.has(key)), key)
