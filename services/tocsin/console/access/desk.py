"""What access is made from, and whether the console may stand open."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import Engine

from tocsin.console.access.provider import Provider, read_provider
from tocsin.domain.identifiers import Identities
from tocsin.runtime import clock
from tocsin.runtime.pages.site import Site, site_of
from tocsin.runtime.settings import Settings
from tocsin.store.database import open_database
from tocsin.store.deployment import Deployment, load_deployment

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class OpenConsoleRefused(ValueError):
    """A console that asks nobody to sign in would be reached from elsewhere."""


@dataclass(frozen=True, slots=True)
class Desk:
    """site: as browsers know the console. provider: None: passkeys alone. is_open: nobody needs to sign in."""

    engine: Engine
    deployment: Deployment
    site: Site
    provider: Provider | None
    is_open: bool
    clock: Callable[[], datetime]

    @property
    def identities(self) -> Identities:
        return self.deployment.identities


def desk_of(settings: Settings) -> Desk:
    """Nothing connects. Raises OpenConsoleRefused, UnusableAccessFile."""
    if settings.console_open and not is_on_loopback(settings):
        raise OpenConsoleRefused("TOCSIN_CONSOLE_OPEN is for loopback alone: TOCSIN_BIND, TOCSIN_CONSOLE_URL")
    return Desk(
        engine=open_database(settings.database),
        deployment=load_deployment(settings.key_file),
        site=site_of(settings.console_url, settings.bind, "tocsin-console"),
        provider=read_provider(settings.access_file) if settings.access_file else None,
        is_open=settings.console_open,
        clock=clock.now,
    )


def is_on_loopback(settings: Settings) -> bool:
    """Whether the console listens on this machine alone, and no other address is said to lead to it."""
    return settings.bind in _LOOPBACK and urlsplit(settings.console_url).hostname in _LOOPBACK
