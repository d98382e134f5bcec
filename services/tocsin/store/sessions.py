"""Sessions of people who signed in with a code. The database knows a keyed digest; the browser alone has the token."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, select, update

from tocsin.domain.identifiers import Identities
from tocsin.store.tables import sessions

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
_NOTED = timedelta(minutes=1)
"""How exactly it is kept when somebody was last seen: reading a page rarely writes."""
_OPEN = (
    sessions.c.session_digest == bindparam("s"),
    sessions.c.ended_at.is_(None),
    sessions.c.expires_at > bindparam("at"),
    sessions.c.last_seen_at > bindparam("idle_since"),
)
_FIND = select(sessions.c.recipient_id, sessions.c.last_seen_at).where(*_OPEN)
_SEEN = update(sessions).where(*_OPEN).values(last_seen_at=bindparam("at"))
_END = (
    update(sessions)
    .where(sessions.c.session_digest == bindparam("s"), sessions.c.ended_at.is_(None))
    .values(ended_at=bindparam("at"))
)
_FORGET = delete(sessions).where(sessions.c.expires_at < bindparam("before"))


@dataclass(frozen=True, slots=True)
class Session:
    """is_due: that the person was seen should be noted, with ``note``."""

    recipient_id: str
    is_due: bool


def begin(connection: Connection, identities: Identities, recipient_id: str, now: datetime) -> str:
    """Returns the token, 256 random bits."""
    connection.execute(_FORGET, {"before": now - LONGEST})
    token = secrets.token_urlsafe(32)
    row = {"session_digest": _digest(identities, token), "recipient_id": recipient_id, "ended_at": None}
    times = {"created_at": now, "last_seen_at": now, "expires_at": now + LONGEST}
    connection.execute(sessions.insert(), row | times)
    return token


def find(connection: Connection, identities: Identities, token: str, now: datetime) -> Session | None:
    """The session of this token, unless it was ended, is over, or has lain idle. Writes nothing."""
    row = connection.execute(_FIND, _named(identities, token, now)).first()
    return None if row is None else Session(row.recipient_id, now - row.last_seen_at >= _NOTED)


def note(connection: Connection, identities: Identities, token: str, now: datetime) -> None:
    """The person was seen."""
    connection.execute(_SEEN, _named(identities, token, now))


def end(connection: Connection, identities: Identities, token: str, now: datetime) -> None:
    connection.execute(_END, {"s": _digest(identities, token), "at": now})


def _named(identities: Identities, token: str, now: datetime) -> dict[str, object]:
    return {"s": _digest(identities, token), "at": now, "idle_since": now - IDLE}


def _digest(identities: Identities, token: str) -> str:
    return identities.digest(f"session.1\x1f{token}".encode())
