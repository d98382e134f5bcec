"""Notices to those whose entry was changed, at the old address and the new, and codes to those who want to sign in.

What is here waits until the mailer has told it. A notice keeps its address sealed under a key of its own, for the old
one is no longer in the directory.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, bindparam, select

from tocsin.store.deployment import Deployment
from tocsin.store.tables import notices
from tocsin.store.vault import Vault, erase
from tocsin_schemas.directory import Recipient

KIND, OWN, SIGN_IN = "directory-change", "own-change", "sign-in-code"
"""Of notices: what two administrators have changed, what the person has, and what brings a code."""
CODE_LIFE = timedelta(minutes=10)
"""How long a code to sign in is good; later it is not sent any more."""
_PART, _CODE = "address", "code"


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
    """What a notice tells. change_id: of what administrators have approved; kind ``OWN``: a new one."""

    recipient: Recipient
    change_id: str
    fields: Sequence[str]
    at: datetime
    kind: str = KIND


@dataclass(frozen=True, slots=True, repr=False)
class CodeNotice:
    """To whom a code goes. mandates: only where several people have the address. address: empty if nobody has it."""

    code_id: str
    recipient_id: str
    role: str
    language: str
    mandates: Sequence[str]
    address: str
    at: datetime


FIRST = notices.c.kind != SIGN_IN
"""Orders the codes before whatever else waits: a person sits there and waits for it."""
_NOTICES = select(*(notices.c[name] for name in Notice.__dataclass_fields__))
_WAITING = _NOTICES.where(notices.c.state == NoticeState.WAITING).order_by(
    FIRST, notices.c.changed_at, notices.c.notice_id
)
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


def request_code(connection: Connection, vault: Vault, to: CodeNotice, code: str) -> None:
    """Queue the mail with a code; what nobody can be sent is queued as well, and ends unsent."""
    row = {
        "notice_id": to.code_id,
        "kind": SIGN_IN,
        "recipient_id": to.recipient_id,
        "change_id": to.code_id,
        "channel": "email",
        "which": "new",
        "role": to.role,
        "title": None,
        "language": to.language,
        "fields": list(to.mandates),
        "changed_at": to.at,
        "state": NoticeState.WAITING,
        "updated_at": to.at,
    }
    connection.execute(notices.insert(), row)
    vault.seal_parts(connection, to.code_id, {_PART: to.address.encode(), _CODE: code.encode()}, to.at)


def waiting(connection: Connection, now: datetime, limit: int = 100) -> list[Notice]:
    """The oldest first, of those that were requested until ``now``."""
    query = _WAITING.where(notices.c.changed_at <= now).limit(limit)
    return [Notice(**row._asdict()) for row in connection.execute(query)]


def address_of(connection: Connection, vault: Vault, notice: Notice) -> str:
    """Raises ``vault.Erased`` once the notice has ended."""
    return vault.open(connection, notice.notice_id, _PART).decode()


def code_of(connection: Connection, vault: Vault, notice: Notice) -> str | None:
    """The code that the notice brings, if it is one. Raises ``vault.Erased`` once the notice has ended."""
    return vault.open(connection, notice.notice_id, _CODE).decode() if notice.kind == SIGN_IN else None


def forget_codes(connection: Connection, before: datetime) -> None:
    """Codes are not kept on record: those that have ended are removed."""
    ended = notices.c.state.in_(_ENDED)
    connection.execute(notices.delete().where(notices.c.kind == SIGN_IN, notices.c.changed_at < before, ended))


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
        "kind": about.kind,
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
