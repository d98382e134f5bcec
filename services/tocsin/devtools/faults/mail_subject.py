"""What mails are sent from where no stack runs: what alerts ask for, and the mailer's own sending loop."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine, select

from tocsin.knowledge import load as knowledge
from tocsin.knowledge.pacing import load_pacing
from tocsin.mailer.requesting import Requesting
from tocsin.mailer.sender import Sender
from tocsin.mailer.sending import Sending
from tocsin.mailer.writing.rendering import Rendering
from tocsin.runtime.stream import Message
from tocsin.store.database import reading, unit_of_work
from tocsin.store.deployment import Deployment
from tocsin.store.tables import outbox
from tocsin_schemas.events import decode_event
from tocsin_schemas.pacing import Pacing
from tocsin_schemas.topics import ALERTS

MAILS_OF_A_CASE = 14
"""About so many are asked for of a case that ``due_subject.prepare`` makes."""


def request(engine: Engine, deployment: Deployment, now: datetime, pacing: Pacing | None = None) -> None:
    """What the mailer's consumer does with the alerts that were raised. pacing: in place of our own."""
    requesting = Requesting(deployment, pacing or load_pacing())
    with reading(engine) as connection:
        raised = connection.execute(select(outbox).where(outbox.c.topic == ALERTS.name).order_by(outbox.c.id)).all()
    for row in raised:
        event = decode_event([(name, value.encode()) for name, value in row.headers], row.body, now)
        message = Message(ALERTS.name, 0, row.id, row.key.encode(), row.body, (), now)
        with unit_of_work(engine) as connection:
            requesting(connection, event, message, now)


def sending_for(
    engine: Engine, deployment: Deployment, sender: Sender, clock: Callable[[], datetime], threads: int = 4
) -> Sending:
    """The loop around ``sender``."""
    return Sending(
        engine=engine,
        deployment=deployment,
        knowledge=knowledge.load(),
        sender=sender,
        rendering=Rendering("https://pages.tocsin.example", "tocsin.example"),
        instance="alone",
        threads=threads,
        clock=clock,
    )
