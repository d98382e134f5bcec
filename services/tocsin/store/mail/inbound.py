"""Mail that came in: what is known of it in clear, its content sealed under a key of its own."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, or_, select, update

from tocsin.store.casework import cases
from tocsin.store.database import insert_if_absent
from tocsin.store.directory import rows as directory_rows
from tocsin.store.tables import alerts, deliveries, inbound_mails, sealing_keys
from tocsin.store.tables import cases as case_rows
from tocsin.store.vault import Vault

MAIL, PARTS = "mail", ("raw", "html")
"""Under which the vault keeps what was read of a mail, and what could not be read into it."""
RECEIVED, NO_CASE = "reply_received", "no case"
"""The kind of review that asks somebody to read what came in, and its subject if it belongs to no case."""
OUT_OF_OFFICE = "out_of_office"
BY_PERSONS = ("reply", "unknown")
"""Kinds that a person may have written."""
_OPEN = inbound_mails.c.handled_at.is_(None)
_SAME = inbound_mails.alias("same")
_CARRIED = select(deliveries.c.carried_by).where(deliveries.c.carried_by.is_not(None))
_HANDLE = (
    update(inbound_mails)
    .where(inbound_mails.c.inbound_id == bindparam("i"), _OPEN)
    .values(handled_at=bindparam("at"), handled_by=bindparam("by"))
    .execution_options(preserve_rowcount=True)
)
_ALERTS = select(deliveries.c.alert_id).where(
    or_(deliveries.c.delivery_id == bindparam("d"), deliveries.c.carried_by == bindparam("d")),
    deliveries.c.alert_id.is_not(None),
)


@dataclass(frozen=True, slots=True)
class Inbound:
    """digest: keyed, tells a repeat. delivery_id, recipient_id: of the mail that it answers, if a token proves it."""

    inbound_id: str
    digest: str
    kind: str
    is_genuine: bool
    delivery_id: str | None
    alert_id: str | None
    case_id: str | None
    recipient_id: str | None
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """A mail as operators see it in a list. mandate: of the alert that it answers."""

    inbound_id: str
    kind: str
    is_genuine: bool
    delivery_id: str | None
    case_id: str | None
    recipient_id: str | None
    received_at: datetime
    handled_by: str | None
    handled_at: datetime | None
    reference: str | None
    mandate: str | None


_LINES = (
    select(
        *(inbound_mails.c[field] for field in Line.__dataclass_fields__ if field in inbound_mails.c),
        case_rows.c.reference,
        alerts.c.mandate,
    )
    .join(case_rows, case_rows.c.case_id == inbound_mails.c.case_id, isouter=True)
    .join(alerts, alerts.c.alert_id == inbound_mails.c.alert_id, isouter=True)
)


def keep(connection: Connection, vault: Vault, mail: Inbound, parts: Mapping[str, bytes], now: datetime) -> bool:
    """Keep a mail and seal its parts; False if it was kept before."""
    row = {field: getattr(mail, field) for field in Inbound.__dataclass_fields__}
    if not insert_if_absent(connection, inbound_mails, **row):
        return False
    vault.seal_parts(connection, mail.inbound_id, parts, now)
    return True


def listed(connection: Connection, case_id: str | None = None, handled: bool = False, limit: int = 200) -> list[Line]:
    """The latest first. case_id: of this case, and of those that became part of it. handled: those too."""
    query = _LINES if case_id is None else _LINES.where(_of_case(connection, case_id))
    return _read(connection, (query if handled else query.where(_OPEN)).limit(limit))


def beginning_with(connection: Connection, prefix: str) -> list[Line]:
    """Mails whose id begins so; at most two are read."""
    wanted = inbound_mails.c.inbound_id.startswith(prefix.lower(), autoescape=True)
    return _read(connection, _LINES.where(wanted).limit(2))


def handle(connection: Connection, inbound_id: str, by: str, now: datetime) -> bool:
    """Note that ``by`` has read it and nothing is left to do; False if somebody had."""
    return connection.execute(_HANDLE, {"i": inbound_id, "at": now, "by": by}).rowcount == 1


def waiting(connection: Connection, case_id: str | None) -> int:
    """How many mails that a person may have written nobody has handled: of a case, or of none if None."""
    of = inbound_mails.c.case_id.is_(None) if case_id is None else _of_case(connection, case_id)
    query = select(func.count()).select_from(inbound_mails)
    return connection.execute(query.where(_OPEN, of, inbound_mails.c.kind.in_(BY_PERSONS))).scalar_one()


def readable(connection: Connection, case_id: str) -> int:
    """How many mails about a case, handled or not, can still be read."""
    query = select(func.count()).select_from(
        inbound_mails.join(sealing_keys, sealing_keys.c.subject == inbound_mails.c.inbound_id)
    )
    return connection.execute(query.where(_of_case(connection, case_id))).scalar_one()


def roles(connection: Connection, people: Iterable[str | None]) -> dict[str, str]:
    """The roles of these, by id, as their rows say: to show, not to act upon."""
    rows = (directory_rows.one(connection, found) for found in set(people) if found)
    return {row.recipient_id: role for row in rows if row is not None and (role := _role(row.entry))}


def _role(entry: str) -> str:
    try:
        return str(json.loads(entry)["role"])
    except (ValueError, TypeError, LookupError):
        return ""


def cases_of(connection: Connection, line: Line) -> list[str]:
    """The case that a mail is about, or those of the alerts that the mail which it answers carried."""
    if line.case_id is not None or line.delivery_id is None:
        return [] if line.case_id is None else [cases.current(connection, line.case_id)]
    carried = deliveries.c.carried_by == line.delivery_id
    query = select(deliveries.c.case_id).where(carried, deliveries.c.case_id.is_not(None)).distinct()
    return sorted({cases.current(connection, case_id) for case_id in connection.execute(query).scalars()})


def alerts_of(connection: Connection, delivery_id: str) -> list[str]:
    """The alerts that a mail told of: its own, or those that it carried."""
    return sorted(set(connection.execute(_ALERTS, {"d": delivery_id}).scalars()))


def away(connection: Connection, alert_id: str) -> set[str]:
    """The recipients whose mailbox has answered a mail about this alert that they are not there."""
    told = select(deliveries.c.delivery_id).where(deliveries.c.alert_id == alert_id)
    carried = _CARRIED.where(deliveries.c.alert_id == alert_id)
    query = select(inbound_mails.c.recipient_id).where(
        inbound_mails.c.kind == OUT_OF_OFFICE,
        or_(inbound_mails.c.delivery_id.in_(told), inbound_mails.c.delivery_id.in_(carried)),
    )
    return {person for person in connection.execute(query).scalars() if person is not None}


def _of_case(connection: Connection, case_id: str) -> ColumnElement[bool]:
    ids: Collection[str] = [case_id, *cases.parts_of(connection, case_id)]
    carried = _CARRIED.where(deliveries.c.case_id.in_(ids))
    about, answering = (
        select(_SAME.c.inbound_id).where(of) for of in (_SAME.c.case_id.in_(ids), _SAME.c.delivery_id.in_(carried))
    )
    return inbound_mails.c.inbound_id.in_(about.union(answering))


def _read(connection: Connection, query: Select[Any]) -> list[Line]:
    order = (inbound_mails.c.received_at.desc(), inbound_mails.c.inbound_id)
    return [Line(**row) for row in connection.execute(query.order_by(*order)).mappings()]
