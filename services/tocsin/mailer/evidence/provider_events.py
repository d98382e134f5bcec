"""The provider's events: what is kept of each, and what it says of a delivery."""

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine

from tocsin.domain.following.delivery import OBSERVATION_OF_EVENT
from tocsin.domain.identifiers import Identities
from tocsin.mailer.providers.sent_log import attempt_from
from tocsin.store.casework.locks import despite_deadlocks
from tocsin.store.database import unit_of_work
from tocsin.store.mail import copies, deliveries
from tocsin.store.mail.copies import SENDGRID
from tocsin.store.mail.deliveries import Observation
from tocsin_schemas.deliveries import DeliveryCause

_ID = re.compile(r"[0-9a-f]{32}")
_EVENT_ID = re.compile(r"[!-~]{1,200}")
_EVENT = re.compile(r"[a-z_]{1,30}")
_NO_CODE = re.compile(r"[^A-Za-z0-9.]")


@dataclass(frozen=True, slots=True)
class ProviderEvent:
    """The part of an event that is kept: never an address, a subject or what a mail server said in words.

    copy: id of the mail at the provider, empty if the event names none.
    """

    event_id: str
    delivery_id: str
    event: str
    occurred_at: datetime
    code: str
    copy: str = ""
    attempt: int | None = None


@dataclass(frozen=True, slots=True)
class Receipts:
    """Writes the provider's events; one transaction for each post."""

    engine: Engine
    identities: Identities

    def record(self, events: list[ProviderEvent], now: datetime) -> Counter[str]:
        """Record events; returns how many were changes, repeats, late (told nothing new) and so on.

        An event of another delivery's mail, or of no delivery of ours, changes nothing and is not kept.
        """
        in_order = sorted(events, key=lambda event: event.delivery_id)  # whoever locks several does so in this order
        return despite_deadlocks(lambda: self._record_all(in_order, now))

    def _record_all(self, events: list[ProviderEvent], now: datetime) -> Counter[str]:
        with unit_of_work(self.engine) as connection:
            known = deliveries.known(connection, {event.delivery_id for event in events})
            owners = copies.owners(connection, {event.copy for event in events})
            outcomes: Counter[str] = Counter()
            for event in events:
                outcomes[self._record(connection, event, known, owners, now)] += 1
        return outcomes

    def _record(
        self, connection: Connection, event: ProviderEvent, known: set[str], owners: dict[str, str], now: datetime
    ) -> str:
        if event.delivery_id not in known:
            return "unknown-delivery"
        if event.copy and owners.setdefault(event.copy, event.delivery_id) != event.delivery_id:
            return "other-mail"
        if not deliveries.record_event(
            connection, event.event_id, event.delivery_id, event.event, event.occurred_at, now
        ):
            return "repeat"
        state = OBSERVATION_OF_EVENT.get(event.event)
        if state is None:
            return "ignored"
        seen = Observation(
            state,
            DeliveryCause.WEBHOOK,
            event.code,
            provider=SENDGRID,
            provider_message_id=event.copy or None,
            attempt=event.attempt,
        )
        return "changed" if deliveries.observe(connection, self.identities, event.delivery_id, seen, now) else "late"


def parse(body: bytes) -> list[ProviderEvent] | None:
    """The events of a post; None if it is no list. What is no event of one of our mails is left out."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, list):
        return None
    return [event for item in found if (event := _event(item)) is not None]


def _event(item: Any) -> ProviderEvent | None:
    if not isinstance(item, dict):
        return None
    event_id, delivery_id, event = (_text(item, name) for name in ("sg_event_id", "d", "event"))
    if not (_EVENT_ID.fullmatch(event_id) and _ID.fullmatch(delivery_id) and _EVENT.fullmatch(event)):
        return None
    try:
        occurred_at = datetime.fromtimestamp(int(item.get("timestamp", "")), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None
    code = _NO_CODE.sub("", _text(item, "status") or _text(item, "type"))[:40]
    copy = _text(item, "sg_message_id")
    named = copies.copy_id(SENDGRID, copy) if _EVENT_ID.fullmatch(copy) else ""
    return ProviderEvent(event_id, delivery_id, event, occurred_at, code, named, attempt_from(item.get("a")))


def _text(item: dict[str, Any], name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""
