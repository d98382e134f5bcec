"""What a person was told lately, by which the next mail to them is paced."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BindParameter, Connection, bindparam, case, exists, func, or_, select

from tocsin.domain.following.delivery import FAILED
from tocsin.store.alerting.disclosures import LEFT
from tocsin.store.mail.deliveries import URGENT
from tocsin.store.tables import case_links, deliveries
from tocsin_schemas.cases import LinkKind
from tocsin_schemas.deliveries import Channel, DeliveryState, MailKind
from tocsin_schemas.vocabulary import Priority


class Mails(NamedTuple):
    """How many mails somebody got: about one case, and in all."""

    of_case: int
    in_all: int


_CASE: BindParameter[str] = bindparam("case_id")
_CASES: BindParameter[str] = bindparam("case_ids", expanding=True)
_PERSON = deliveries.c.recipient_id == bindparam("person")
_SINCE = bindparam("since", type_=deliveries.c.requested_at.type)
_LEFT_OUT = DeliveryState.CANCELLED.value
_CARRIER = deliveries.alias("carrier")
_IS_TO_GO = or_(
    deliveries.c.state == DeliveryState.REQUESTED.value,
    exists().where(
        _CARRIER.c.delivery_id == deliveries.c.carried_by, _CARRIER.c.state == DeliveryState.REQUESTED.value
    ),
)
_STATE = func.coalesce(
    select(_CARRIER.c.state).where(_CARRIER.c.delivery_id == deliveries.c.carried_by).scalar_subquery(),
    deliveries.c.state,
)
_URGENT_AND_LEFT = deliveries.c.priority.in_(sorted(URGENT)) & _STATE.in_([state.value for state in LEFT])
_TOLD = (
    select(deliveries.c.delivery_id)
    .where(_PERSON, deliveries.c.case_id.in_(_CASES), _STATE.not_in([state.value for state in FAILED]))
    .where(or_(deliveries.c.priority <= bindparam("at_least"), _URGENT_AND_LEFT))
    .where(deliveries.c.state != _LEFT_OUT, deliveries.c.kind != MailKind.WITHDRAWAL.value)
    .where(or_(deliveries.c.requested_at >= _SINCE, _IS_TO_GO))
    .limit(1)
)
_MAILS = (
    select(func.coalesce(func.sum(case((deliveries.c.case_id == _CASE, 1), else_=0)), 0), func.count())
    .where(_PERSON, deliveries.c.requested_at >= _SINCE)
    .where(deliveries.c.state.not_in([_LEFT_OUT, DeliveryState.CARRIED.value]))
    .where(deliveries.c.kind.not_in([MailKind.WITHDRAWAL.value, MailKind.DRILL.value]))
    .where(deliveries.c.channel == Channel.EMAIL.value)  # the same mail to a second address is the same mail
)
_IS_DOUBTED = case_links.c.kind == LinkKind.POSSIBLE_DUPLICATE.value
_ENDS = (case_links.c.case_id, case_links.c.other_case_id)
_TWINS = [select(there).where(here == _CASE, _IS_DOUBTED) for here, there in (_ENDS, _ENDS[::-1])]


def twins_of(connection: Connection, case_id: str) -> list[str]:
    """Cases that may be the same as this one: a person has yet to decide."""
    return [twin for query in _TWINS for twin in connection.execute(query, {"case_id": case_id}).scalars()]


def was_told(
    connection: Connection,
    recipient_id: str,
    case_ids: list[str],
    since: datetime,
    at_least: Priority = Priority.P4,
) -> bool:
    """Whether the person was told of one of the cases since then, or a mail about it is still to go.

    at_least: as of something so urgent; or else by an urgent mail that has left, for one that waits has told nobody.
    Neither has one that did not arrive.
    """
    asked = {"person": recipient_id, "case_ids": case_ids, "since": since, "at_least": at_least.value}
    return bool(case_ids) and connection.execute(_TOLD, asked).first() is not None


def mails_to(connection: Connection, recipient_id: str, case_id: str, since: datetime) -> Mails:
    """How many the person got since then; several that went as one are one."""
    return Mails(*connection.execute(_MAILS, {"person": recipient_id, "case_id": case_id, "since": since}).one())
