"""Fills an empty database with a deployment that has stood for years."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, select, text, update

from tocsin.auditor.weighing import weigh_some
from tocsin.devtools.standing import cases, doubting, following, log, people, streams
from tocsin.devtools.standing.rows import Rows, unhurried
from tocsin.devtools.standing.scale import YEARS, Scale, dice_of
from tocsin.devtools.standing.telling import Telling
from tocsin.knowledge.load import load
from tocsin.mailer import drilling
from tocsin.store.auditing import audits
from tocsin.store.auditing.audits import Kind
from tocsin.store.database import unit_of_work
from tocsin.store.deployment import Deployment
from tocsin.store.directory import entries
from tocsin.store.mail.drills import Drill
from tocsin.store.tables import deliveries, drill_answers, outbox

_DRILLS = 6


def seed(
    engine: Engine,
    deployment: Deployment,
    home: Path,
    scale: Scale,
    now: datetime,
    say: Callable[[str], None] = lambda _: None,
) -> None:
    """The same scale gives the same deployment, but for what is sealed and signed. home: for administrators' keys."""
    with unit_of_work(engine) as connection:
        people.settle(connection, deployment, home, scale, now - YEARS)
        say("people are there")
        unhurried(connection)
        _fill(connection, deployment, scale, now, say)
    with unit_of_work(engine) as connection:
        _drill(connection, deployment, scale, now)
    while weigh_some(engine, now):
        pass
    with unit_of_work(engine) as connection:
        for kind in Kind:
            audits.note(connection, kind, now)
    _tidy(engine)
    say("ready")


def _fill(
    connection: Connection, deployment: Deployment, scale: Scale, now: datetime, say: Callable[[str], None]
) -> None:
    dice, rows = dice_of(scale, now), Rows(connection)
    made = cases.make(scale, dice, deployment, rows)
    say("cases are there")
    telling = Telling(deployment, entries.read(connection, deployment).recipients, dice, rows)
    for case in made:
        telling.tell(case)
    say("alerts are there")
    following.follow(scale, dice, rows, made, telling.raised)
    doubting.doubt(scale, dice, rows, made, telling.unrouted)
    streams.flow(scale, dice, deployment, rows, made, telling.raised)
    say("streams are there")
    log.keep(connection, scale, dice, rows, made, telling.raised)
    rows.flush()


def _drill(connection: Connection, deployment: Deployment, scale: Scale, now: datetime) -> None:
    mandates = [None, *(mandate.key for mandate in load().mandates[: _DRILLS - 1])]
    for number, mandate in enumerate(mandates[: min(_DRILLS, scale.part(_DRILLS))]):
        at = now - (number + 1) * YEARS / 40
        drilling.start(connection, deployment, Drill(f"{number:032x}", mandate, "duty-officer-1", at, at + YEARS / 900))
    _answer(connection, now)


def _answer(connection: Connection, now: datetime) -> None:
    """Most have confirmed; their mails arrived."""
    of_drill = deliveries.c.drill_id.is_not(None)
    arrived = {"state": "delivered", "attempt": 1, "provider": "sendgrid"}
    connection.execute(update(deliveries).where(of_drill).values(**arrived))
    connection.execute(update(outbox).where(outbox.c.published_at.is_(None)).values(published_at=now))
    found = connection.execute(select(deliveries.c.drill_id, deliveries.c.recipient_id).where(of_drill)).all()
    for drill_id, recipient_id in sorted(map(tuple, found))[::4]:
        row = {"drill_id": drill_id, "recipient_id": recipient_id, "answered_at": now}
        connection.execute(drill_answers.insert(), row)


def _tidy(engine: Engine) -> None:
    """As autovacuum leaves it."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("SET statement_timeout = 0"))
            connection.execute(text("VACUUM ANALYZE"))
