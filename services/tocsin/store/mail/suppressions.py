"""Addresses of the directory to which the provider drops mail: by person and channel, never the address."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, select

from tocsin.domain import asking
from tocsin.store.database import insert_if_absent
from tocsin.store.matching import reviews
from tocsin.store.tables.mail import suppressions

REVIEW = "recipient_suppressed"
"""The kind of review that is queued for each person, channel and list."""
_BY = "mailer"


class Place(NamedTuple):
    """One address of one person."""

    recipient_id: str
    channel: str


class Suppression(NamedTuple):
    recipient_id: str
    channel: str
    list: str
    since: datetime
    found_at: datetime


def update(connection: Connection, name: str, found: Mapping[Place, datetime], now: datetime) -> int:
    """Keep who is on one list, and since when; operators are asked to look at who is new. Returns how many are new.

    Who is on it no longer is forgotten, and the review closed.
    """
    kept = {Place(row.recipient_id, row.channel) for row in standing(connection) if row.list == name}
    for place in sorted(kept - found.keys()):
        _forget(connection, name, place, now)
    return sum(_add(connection, name, place, found[place], now) for place in sorted(found.keys() - kept))


def standing(connection: Connection) -> list[Suppression]:
    """Who is on a list now, by person."""
    query = select(*(suppressions.c[name] for name in Suppression._fields)).order_by(
        suppressions.c.recipient_id, suppressions.c.channel, suppressions.c.list
    )
    return [Suppression._make(row) for row in connection.execute(query)]


def _add(connection: Connection, name: str, place: Place, since: datetime, now: datetime) -> bool:
    row = {"recipient_id": place.recipient_id, "channel": str(place.channel), "list": name}
    if not insert_if_absent(connection, suppressions, **row, since=since, found_at=now):
        return False
    reason = asking.SUPPRESSED(person=place.recipient_id, channel=place.channel, list=name)
    reviews.request_of(connection, REVIEW, _subject(name, place), reason, now, None)
    return True


def _forget(connection: Connection, name: str, place: Place, now: datetime) -> None:
    connection.execute(
        delete(suppressions).where(
            suppressions.c.recipient_id == place.recipient_id,
            suppressions.c.channel == place.channel,
            suppressions.c.list == name,
        )
    )
    reviews.resolve_of(connection, REVIEW, _subject(name, place), _BY, now)


def _subject(name: str, place: Place) -> str:
    return f"{place.recipient_id} {place.channel} {name}"
