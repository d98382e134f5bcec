"""Notices to those whose entry was changed: to the old address and to the new, so that no change goes unseen.

What is here waits until the mailer has told it. A notice keeps its address sealed under a key of its own, for the old
one is no longer in the directory.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, bindparam, select

from tocsin.store.deployment import Deployment
from tocsin.store.tables import notices
from tocsin.store.vault import Vault, erase
from tocsin_schemas.directory import Recipient

KIND = "directory-change"
_PART = "address"


class NoticeState(StrEnum):
    """``claimed``: in the hands of a sender. The last three end it."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


_ENDED = frozenset({NoticeState.SENT, NoticeState.FAILED, NoticeState.CANCELLED})


@dataclass(frozen=True, slots=True)
class Notice:
    """which: ``old`` or ``new``, the address it goes to. fields: codes of what was changed, or added, or removed."""

    notice_id: str
    kind: str
    recipient_id: str
    change_id: str
    channel: str
    which: str
    role: str
    title: str | None
    language: str
    fields: list[str]
    changed_at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class About:
    """What a notice tells."""

    recipient: Recipient
    change_id: str
    fields: Sequence[str]
    at: datetime


_NOTICES = select(*(notices.c[name] for name in Notice.__dataclass_fields__))
_WAITING = _NOTICES.where(notices.c.state == NoticeState.WAITING).order_by(notices.c.changed_at, notices.c.notice_id)
_MARK = (
    notices.update()
    .where(notices.c.notice_id == bindparam("n"), notices.c.state.not_in(_ENDED))
    .values(state=bindparam("to"), updated_at=bindparam("at"))
)


def request(
    connection: Connection, deployment: Deployment, about: About, old: Mapping[str, str], new: Mapping[str, str]
) -> None:
    """Queue a notice for each address. old, new: by channel; one that has not changed is told once."""
    for channel, address in new.items():
        _add(connection, deployment, about, channel, "new", address)
    for channel, address in old.items():
        if new.get(channel) != address:
            _add(connection, deployment, about, channel, "old", address)


def waiting(connection: Connection, now: datetime, limit: int = 100) -> list[Notice]:
    """The oldest first, of those that were requested until ``now``."""
    query = _WAITING.where(notices.c.changed_at <= now).limit(limit)
    return [Notice(**row._asdict()) for row in connection.execute(query)]


def address_of(connection: Connection, vault: Vault, notice: Notice) -> str:
    """Raises ``vault.Erased`` once the notice has ended."""
    return vault.open(connection, notice.notice_id, _PART).decode()


def mark(connection: Connection, notice_id: str, outcome: str, now: datetime) -> bool:
    """Note what became of it; when it has ended, its address is erased. Tells whether it had not ended before.

    outcome: a ``NoticeState``. ``waiting`` puts it back, to be tried again.
    """
    state = NoticeState(outcome)
    marked = connection.execute(_MARK, {"n": notice_id, "to": state, "at": now}).rowcount == 1
    if marked and state in _ENDED:
        erase(connection, notice_id)
    return marked


def cancel_waiting(connection: Connection, now: datetime) -> None:
    """For invented people, who need no notice."""
    while found := waiting(connection, now):
        for notice in found:
            mark(connection, notice.notice_id, NoticeState.CANCELLED, now)


def _add(connection: Connection, deployment: Deployment, about: About, channel: str, which: str, address: str) -> None:
    notice_id, person = uuid.uuid4().hex, about.recipient
    row = {
        "notice_id": notice_id,
        "kind": KIND,
        "recipient_id": person.recipient_id,
        "change_id": about.change_id,
        "channel": channel,
        "which": which,
        "role": person.role,
        "title": person.title,
        "language": person.language,
        "fields": list(about.fields),
        "changed_at": about.at,
        "state": NoticeState.WAITING,
        "updated_at": about.at,
    }
    connection.execute(notices.insert(), row)
    deployment.vault.seal(connection, notice_id, _PART, address.encode(), about.at)
