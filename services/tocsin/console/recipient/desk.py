"""What every page of the recipients is made from."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import Engine

from tocsin.console.recipient.people import People
from tocsin.domain.identifiers import Identities
from tocsin.runtime.settings import Settings
from tocsin.store.deployment import Deployment
from tocsin_schemas.knowledge import Knowledge


@dataclass(frozen=True, slots=True)
class Desk:
    """hosts: the names under which the pages are asked for. origin: scheme and host of the public address."""

    engine: Engine
    deployment: Deployment
    knowledge: Knowledge
    people: People
    hosts: frozenset[str]
    origin: str
    clock: Callable[[], datetime]

    @property
    def identities(self) -> Identities:
        return self.deployment.identities

    @property
    def is_secure(self) -> bool:
        return self.origin.startswith("https://")


def own_hosts(settings: Settings) -> frozenset[str]:
    """Another site may point its own name at this machine (DNS rebinding); it must read nothing."""
    public = urlsplit(settings.pages_url)
    local = ("127.0.0.1", "localhost", "::1", settings.bind) if public.scheme != "https" else ()
    return frozenset(filter(None, (*local, public.hostname)))


def origin_of(settings: Settings) -> str:
    public = urlsplit(settings.pages_url)
    return f"{public.scheme}://{public.netloc}"
