"""What every page of the form is made from."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine

from tocsin.domain.identifiers import Identities
from tocsin.intake.desk import Desk
from tocsin.intake.outcomes import Outcomes
from tocsin.intake.pace import Pace
from tocsin.intake.receipts import Receipts
from tocsin.intake.taking import Taking
from tocsin.runtime.pages.site import Site
from tocsin.store.deployment import Deployment

TRIES, TRIES_A_SECOND = 10, 1 / 60
"""Wrong keys that one network may try at once, and then."""


@dataclass(frozen=True, slots=True)
class FormDesk:
    """site: as browsers know the form. wrong_keys: how often one network may show keys that open nothing."""

    engine: Engine
    deployment: Deployment
    taking: Taking
    receipts: Receipts
    outcomes: Outcomes
    site: Site
    clock: Callable[[], datetime]
    wrong_keys: Pace = field(default_factory=lambda: Pace(TRIES_A_SECOND, TRIES))

    @property
    def identities(self) -> Identities:
        return self.deployment.identities


def form_desk(desk: Desk, site: Site) -> FormDesk:
    return FormDesk(desk.engine, desk.deployment, desk.taking, desk.receipts, desk.outcomes, site, desk.clock)
