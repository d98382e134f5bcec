"""Counts what a deployment holds, read-only: what came in, what it became, and whether anything is still under way."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Engine, FromClause, func, select

from tocsin.store.database import reading
from tocsin.store.receiving.parking import PARKED
from tocsin.store.tables import (
    alerts,
    audit,
    case_links,
    cases,
    deliveries,
    outbox,
    processed_messages,
    reports,
    routing_decisions,
)
from tocsin_schemas.deliveries import DeliveryState
from tocsin_schemas.topics import ALERTS, CASES

FINAL = {
    DeliveryState.DELIVERED,
    DeliveryState.BOUNCED,
    DeliveryState.DROPPED,
    DeliveryState.REJECTED,
    DeliveryState.COMPLAINED,
    DeliveryState.CANCELLED,
    DeliveryState.CARRIED,
}
_READERS = {"dispatcher": CASES.name, "mailer": ALERTS.name}
"""Who must have read each event that we wrote ourselves."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Each counter maps a word to how many; the words are those of the tables."""

    messages: Counter[str]
    """Outcomes of the messages that the resolver read."""
    reports: int
    cases: Counter[str]
    links: int
    alerts: Counter[tuple[str, str]]
    """(mechanism, state)."""
    held: Counter[str]
    refusals: Counter[str]
    """Rules that refused a mandate."""
    deliveries: Counter[str]
    dead_letters: Counter[str]
    unpublished: int
    unread: int
    """Events of ours that their reader has not taken in."""

    def settled(self, letters: int) -> bool:
        """Everything published was read, and nothing that follows from it is still under way."""
        if self.messages.total() < letters or self.messages[PARKED] or self.unpublished or self.unread:
            return False
        return all(state in FINAL for state in self.deliveries)


def count(engine: Engine) -> Tally:
    with reading(engine) as connection:
        return Tally(
            messages=_grouped(
                connection, processed_messages, "outcome", where=processed_messages.c.consumer == "resolver"
            ),
            reports=_number(connection, reports),
            cases=_grouped(connection, cases, "state"),
            links=_links(connection),
            alerts=_alerts(connection),
            held=_grouped(connection, alerts, "hold_reason", where=alerts.c.state == "held"),
            refusals=_grouped(connection, routing_decisions, "rule", where=routing_decisions.c.outcome == "refusal"),
            deliveries=_grouped(connection, deliveries, "state"),
            dead_letters=_dead_letters(connection),
            unpublished=_number(connection, outbox, where=outbox.c.published_at.is_(None)),
            unread=sum(_unread(connection, reader, topic) for reader, topic in _READERS.items()),
        )


def _grouped(
    connection: Connection, table: FromClause, column: str, where: ColumnElement[bool] | None = None
) -> Counter[str]:
    query = select(table.c[column], func.count()).group_by(table.c[column])
    rows = connection.execute(query if where is None else query.where(where))
    return Counter({str(value): number for value, number in rows})


def _number(connection: Connection, table: FromClause, where: ColumnElement[bool] | None = None) -> int:
    query = select(func.count()).select_from(table)
    return int(connection.execute(query if where is None else query.where(where)).scalar_one())


def _alerts(connection: Connection) -> Counter[tuple[str, str]]:
    columns = (alerts.c.mechanism, alerts.c.state)
    return Counter(
        {(m, s): number for m, s, number in connection.execute(select(*columns, func.count()).group_by(*columns))}
    )


def _links(connection: Connection) -> int:
    """Pairs of linked cases, whichever of the two was there first."""
    rows = connection.execute(select(case_links.c.case_id, case_links.c.other_case_id))
    return len({frozenset(pair) for pair in rows})


def _dead_letters(connection: Connection) -> Counter[str]:
    details = connection.execute(select(audit.c.detail).where(audit.c.action == "dead-lettered")).scalars()
    return Counter(str(detail["code"]) for detail in details)


def _unread(connection: Connection, reader: str, topic: str) -> int:
    read = select(processed_messages.c.event_id).where(
        processed_messages.c.consumer == reader, processed_messages.c.event_id.is_not(None)
    )
    return _number(connection, outbox, where=(outbox.c.topic == topic) & outbox.c.event_id.not_in(read))
