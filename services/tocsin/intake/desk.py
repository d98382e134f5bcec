"""What the intake works with. Nothing connects when it is made."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from tocsin.intake.door import Door
from tocsin.intake.ledger import Ledger
from tocsin.intake.outcomes import Outcomes
from tocsin.intake.publishing import Broker, Records
from tocsin.intake.receipts import Receipts
from tocsin.intake.taking import Taking
from tocsin.runtime import clock
from tocsin.runtime.settings import Settings
from tocsin.store.database import open_database
from tocsin.store.deployment import Deployment, load_deployment


@dataclass(frozen=True, slots=True)
class Desk:
    """Of both doors, HTTP and form; ``ledger`` and ``door`` are for HTTP alone."""

    engine: Engine
    deployment: Deployment
    records: Records
    clock: Callable[[], datetime]
    taking: Taking
    ledger: Ledger
    door: Door
    receipts: Receipts
    outcomes: Outcomes


def desk(engine: Engine, deployment: Deployment, records: Records, clock: Callable[[], datetime], rate: float) -> Desk:
    """rate: requests a second that each publisher is given."""
    ledger = Ledger(engine, clock)
    return Desk(
        engine=engine,
        deployment=deployment,
        records=records,
        clock=clock,
        taking=Taking(engine, deployment, records, clock),
        ledger=ledger,
        door=Door(engine, deployment, ledger, clock, rate),
        receipts=Receipts(deployment.identities),
        outcomes=Outcomes(engine),
    )


def desk_of(settings: Settings) -> Desk:
    engine, deployment = open_database(settings.database), load_deployment(settings.key_file)
    return desk(engine, deployment, Broker(lambda: settings.kafka), clock.now, settings.intake_rate)
