"""What every page of the form is made from."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import Engine

from tocsin.domain.identifiers import Identities
from tocsin.intake.pace import Pace
from tocsin.intake.taking import Taking
from tocsin.runtime.settings import Settings
from tocsin.store.deployment import Deployment

TRIES, TRIES_A_SECOND = 10, 1 / 60
"""Wrong keys that one network may try at once, and then."""


@dataclass(frozen=True, slots=True)
class FormDesk:
    """hosts: the names under which the form is asked for. origin: scheme and host of the public address. wrong_keys:
    how often one network may show keys that open nothing.
    """

    engine: Engine
    deployment: Deployment
    taking: Taking
    hosts: frozenset[str]
    origin: str
    clock: Callable[[], datetime]
    wrong_keys: Pace = field(default_factory=lambda: Pace(TRIES_A_SECOND, TRIES))

    @property
    def identities(self) -> Identities:
        return self.deployment.identities

    @property
    def is_secure(self) -> bool:
        return self.origin.startswith("https://")


def form_desk(
    settings: Settings, engine: Engine, deployment: Deployment, taking: Taking, clock: Callable[[], datetime]
) -> FormDesk:
    public = urlsplit(settings.intake_url)
    local = ("127.0.0.1", "localhost", "::1", settings.bind) if public.scheme != "https" else ()
    hosts = frozenset(filter(None, (*local, public.hostname)))
    return FormDesk(engine, deployment, taking, hosts, f"{public.scheme}://{public.netloc}", clock)
