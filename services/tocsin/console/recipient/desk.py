"""What every page of the recipients is made from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine

from tocsin.console.access.provider import MechanismProvider
from tocsin.console.recipient.people import People
from tocsin.domain.identifiers import Identities
from tocsin.runtime.pages.site import Site
from tocsin.store.deployment import Deployment
from tocsin_schemas.knowledge import Knowledge


@dataclass(frozen=True, slots=True)
class Desk:
    """site: as browsers know the pages. providers: of mechanisms, by key."""

    engine: Engine
    deployment: Deployment
    knowledge: Knowledge
    people: People
    site: Site
    clock: Callable[[], datetime]
    providers: Mapping[str, MechanismProvider] = field(default_factory=dict)

    @property
    def identities(self) -> Identities:
        return self.deployment.identities
