"""What a person was told lately, by which the next mail to them is paced."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BindParameter, Connection, and_, bindparam, case, exists, func, or_, select, union_all

from tocsin.store.tables import case_links, deliveries
from tocsin_schemas.cases import LinkKind
from tocsin_schemas.deliveries import Channel, DeliveryState, MailKind


class Mails(NamedTuple):
    """How many mails somebody got: about one case, and in all."""

    of_case: int
    in_all: int


_CASE: BindParameter[str] = bindparam("case_id")
_PERSON = deliveries.c.recipient_id == bindparam("person")
_LEFT_OUT = DeliveryState.CANCELLED.value
_CARRIER = deliveries.alias("carrier")
_WILL_BE_CARRIED = exists().where(
    _CARRIER.c.delivery_id == deliveries.c.carried_by, _CARRIER.c.state == DeliveryState.REQUESTED.value
)
_TOLD = (
    select(deliveries.c.delivery_id)
    .where(
        _PERSON,
        deliveries.c.state != _LEFT_OUT,
        deliveries.c.kind != MailKind.WITHDRAWAL.value,
        or_(
            deliveries.c.requested_at >= bindparam("window", type_=deliveries.c.requested_at.type),
            deliveries.c.state == DeliveryState.REQUESTED.value,
            _WILL_BE_CARRIED,
        ),
    )
    .limit(1)
)
"""The person has just been told, or is going to be."""
_TOLD_OF_CASE = _TOLD.where(deliveries.c.case_id == _CASE)
_IS_DOUBTED = case_links.c.kind == LinkKind.POSSIBLE_DUPLICATE.value
_TWINS = union_all(
    select(case_links.c.other_case_id).where(case_links.c.case_id == _CASE, _IS_DOUBTED),
    select(case_links.c.case_id).where(case_links.c.other_case_id == _CASE, _IS_DOUBTED),
)
_TOLD_OF_TWIN = _TOLD.where(deliveries.c.case_id.in_(_TWINS))
_MAILS = select(
    func.coalesce(func.sum(case((deliveries.c.case_id == _CASE, 1), else_=0)), 0), func.count()
).where(
    _PERSON,
    deliveries.c.requested_at >= bindparam("since", type_=deliveries.c.requested_at.type),
    deliveries.c.state.not_in([_LEFT_OUT, DeliveryState.CARRIED.value]),
    deliveries.c.kind.not_in([MailKind.WITHDRAWAL.value, MailKind.DRILL.value]),
    and_(deliveries.c.channel == Channel.EMAIL.value),  # the same mail to a second address is the same mail
)


def twins_of(connection: Connection, case_id: str) -> list[str]:
    """Cases that may be the same as this one: a person has yet to decide."""
    return list(connection.execute(_TWINS, {"case_id": case_id}).scalars())


def told_of_case(connection: Connection, recipient_id: str, case_id: str, since: datetime) -> bool:
    """Whether the person was told of the case since then, or is going to be."""
    return _any(connection, _TOLD_OF_CASE, recipient_id, case_id, since)
