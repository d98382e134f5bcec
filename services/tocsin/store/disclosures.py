"""Who was shown what of which report, written before the mail leaves the host: nobody is told off the record.

A row is an intention until its attempt may have left. Whether it has is read from the delivery, never copied.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, and_, bindparam, exists, or_, select

from tocsin.store.tables import deliveries, delivery_history, disclosures
from tocsin_schemas.deliveries import DeliveryState

LEFT = (
    DeliveryState.UNKNOWN,
    DeliveryState.ACCEPTED,
    DeliveryState.DEFERRED,
    DeliveryState.DELIVERED,
    DeliveryState.DROPPED,
    DeliveryState.BOUNCED,
    DeliveryState.COMPLAINED,
)
"""Traces of a mail that may have left the host. A refusal is none: nobody but the provider has seen the mail."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What one attempt at a mail says of one report.

    level: L0 for a claim on which only the news of the case rests. fields: names of what is shown of the claim.
    """

    delivery_id: str
    attempt: int
    report_id: str
    alert_id: str
    case_id: str
    recipient_id: str
    level: str
    fields: list[str]
    told_at: datetime


class Told(NamedTuple):
    """A person who may have been told, and the alert of which they were."""

    alert_id: str
    recipient_id: str


_HISTORY_LEFT = exists().where(
    delivery_history.c.delivery_id == disclosures.c.delivery_id,
    delivery_history.c.attempt == disclosures.c.attempt,
    delivery_history.c.state.in_([state.value for state in LEFT]),
)
_STILL_CLAIMED = and_(deliveries.c.state == DeliveryState.CLAIMED.value, deliveries.c.attempt == disclosures.c.attempt)
_MAY_HAVE_LEFT = or_(_STILL_CLAIMED, _HISTORY_LEFT)
_WITH_DELIVERY = disclosures.join(deliveries, deliveries.c.delivery_id == disclosures.c.delivery_id)
_TOLD_OF = (
    select(disclosures.c.alert_id, disclosures.c.recipient_id)
    .select_from(_WITH_DELIVERY)
    .where(disclosures.c.report_id == bindparam("r"), _MAY_HAVE_LEFT)
    .distinct()
    .order_by(disclosures.c.alert_id, disclosures.c.recipient_id)
)
_OF_CASE = (
    select(*(disclosures.c[field] for field in Disclosure.__dataclass_fields__))
    .select_from(_WITH_DELIVERY)
    .where(disclosures.c.case_id == bindparam("c"), _MAY_HAVE_LEFT)
    .order_by(disclosures.c.told_at, disclosures.c.delivery_id, disclosures.c.attempt, disclosures.c.report_id)
)


def record(connection: Connection, made: Sequence[Disclosure]) -> None:
    """Write what a batch of mails is about to say. Commit before the first of them leaves."""
    if made:
        connection.execute(disclosures.insert(), [asdict(disclosure) for disclosure in made])


def told_of(connection: Connection, report_id: str) -> list[Told]:
    """Everyone to whom a mail that rests on this report may have left, each once for each alert."""
    return [Told(*row) for row in connection.execute(_TOLD_OF, {"r": report_id})]


def of_case(connection: Connection, case_id: str) -> list[Disclosure]:
    """Who knows what of a case since when, the earliest first; for the audit, and for operators."""
    return [Disclosure(*row) for row in connection.execute(_OF_CASE, {"c": case_id})]
