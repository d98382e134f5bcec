"""Who was shown what of which report, written before the mail leaves the host: nobody is told off the record.

A row is an intention until its attempt may have left. Whether it has is read from the delivery, never copied.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, func, or_, select

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

    delivery_id: the mail that the alert asked for. attempt: of it, or of the bundle or digest that carries it.
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


TOLD_BY = func.coalesce(deliveries.c.carried_by, deliveries.c.delivery_id)
"""The mail that leaves the host: the delivery itself, or what carries it."""
_CARRIER = deliveries.alias("carrier")
_HISTORY_LEFT = exists().where(
    delivery_history.c.delivery_id == TOLD_BY,
    delivery_history.c.attempt == disclosures.c.attempt,
    delivery_history.c.state.in_([state.value for state in LEFT]),
)
_STILL_CLAIMED = exists().where(
    _CARRIER.c.delivery_id == TOLD_BY,
    _CARRIER.c.state == DeliveryState.CLAIMED.value,
    _CARRIER.c.attempt == disclosures.c.attempt,
)
MAY_HAVE_LEFT = or_(_STILL_CLAIMED, _HISTORY_LEFT)
"""Of a disclosure joined with its delivery: an attempt that was given back or refused told nobody."""
_WITH_DELIVERY = disclosures.join(deliveries, deliveries.c.delivery_id == disclosures.c.delivery_id)
_OF_CASE = (
    select(*(disclosures.c[field] for field in Disclosure.__dataclass_fields__))
    .select_from(_WITH_DELIVERY)
    .where(disclosures.c.case_id == bindparam("c"), MAY_HAVE_LEFT)
    .order_by(disclosures.c.told_at, disclosures.c.delivery_id, disclosures.c.attempt, disclosures.c.report_id)
)


def record(connection: Connection, made: Sequence[Disclosure]) -> None:
    """Write what a batch of mails is about to say. Commit before the first of them leaves."""
    if made:  # each locks the row of its delivery: whoever locks several does so in this order
        in_order = sorted(made, key=lambda disclosure: disclosure.delivery_id)
        connection.execute(disclosures.insert(), [asdict(disclosure) for disclosure in in_order])


def of_case(connection: Connection, case_id: str) -> list[Disclosure]:
    """Who knows what of a case since when, the earliest first; for the audit, and for operators."""
    return [Disclosure(*row) for row in connection.execute(_OF_CASE, {"c": case_id})]
