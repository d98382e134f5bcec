"""Drills: an exercise mail to those who would be told first, and a look at who has not confirmed it in time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine

from tocsin.domain import asking, canary
from tocsin.domain.routing.chain import chain
from tocsin.domain.routing.directory import index
from tocsin.store.auditing import audit
from tocsin.store.database import reading, unit_of_work
from tocsin.store.deployment import Deployment
from tocsin.store.directory import entries
from tocsin.store.mail import deliveries, drills
from tocsin.store.mail.deliveries import Wanted
from tocsin.store.mail.drills import Drill
from tocsin.store.matching import reviews
from tocsin_schemas.deliveries import DeliveryCause, MailKind
from tocsin_schemas.vocabulary import Priority

REVIEW = "drill_unanswered"
"""The kind of review that is queued where somebody has not confirmed in time."""


class NobodyHoldsIt(Exception):
    """There is nobody whom an alert for this mandate would be sent to."""


def start(connection: Connection, deployment: Deployment, drill: Drill) -> list[str]:
    """Ask for one mail to each person of the first tier, of the drill's mandate or of all; returns who they are.

    Raises NobodyHoldsIt.
    """
    people = _first_told(connection, deployment, drill.mandate, drill.started_at)
    if not people:
        raise NobodyHoldsIt
    drills.add(connection, drill)
    for recipient_id in people:
        wanted = Wanted(
            delivery_id=deployment.identities.carrier(MailKind.DRILL.value, recipient_id, drill.drill_id),
            alert_id=None,
            case_id=None,
            recipient_id=recipient_id,
            round=0,
            kind=MailKind.DRILL,
            priority=Priority.P4,  # it may never go before a mail about a person in danger
            reply_by=drill.answer_by,
            cause=DeliveryCause.DRILL,
            drill_id=drill.drill_id,
        )
        deliveries.request(connection, deployment.identities, wanted, drill.started_at)
    detail = {"by": drill.started_by, "mandate": drill.mandate, "recipients": people}
    audit.append(connection, "operators", "drill-started", drill.drill_id, detail, drill.started_at)
    return people


def _first_told(connection: Connection, deployment: Deployment, mandate: str | None, now: datetime) -> list[str]:
    known = entries.load_recipients(connection, deployment, now)
    held_by_people = {held for person in known for held in person.mandates} - {canary.MANDATE}
    mandates = sorted(held_by_people) if mandate is None else [mandate]
    people = index(known)
    tiers = (chain(one, people, now) for one in mandates)
    return sorted({recipient_id for tier in tiers if tier for recipient_id in tier[0].recipients})


@dataclass(frozen=True, slots=True)
class Drilling:
    """Looks at drills whose time is over, once each."""

    engine: Engine
    clock: Callable[[], datetime]

    def look(self) -> int:
        """Ask operators to look at every drill that somebody has not confirmed; returns how many drills were over."""
        now = self.clock()
        with reading(self.engine) as connection:
            if not drills.over(connection, now):
                return 0
        with unit_of_work(self.engine) as connection:
            return sum(_settle(connection, drill, now) for drill in drills.over(connection, now))


def _settle(connection: Connection, drill: Drill, now: datetime) -> bool:
    if not drills.settle(connection, drill.drill_id, now):
        return False
    called = drills.called(connection, drill.drill_id)
    silent = [one for one in called if one.answered_at is None]
    unreachable = [one for one in silent if not one.has_channel]
    if silent:
        numbers = {"silent": len(silent), "called": len(called), "unreachable": len(unreachable)}
        reason = asking.DRILL_SILENT(drill=drill.drill_id, **numbers)
        reviews.request_of(connection, REVIEW, drill.drill_id, reason, now, None)
    detail = {"silent": [one.recipient_id for one in silent], "unreachable": [o.recipient_id for o in unreachable]}
    audit.append(connection, "mailer", "drill-settled", drill.drill_id, detail, now)
    return True
