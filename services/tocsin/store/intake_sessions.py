"""Sessions of the form: opened by an API key, and over with it. The database knows a keyed digest of their token."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, select, update

from tocsin.domain.identifiers import Identities
from tocsin.store import api_keys, publishers
from tocsin.store.api_keys import ApiKey, Scope
from tocsin.store.tables import intake_sessions

IDLE = timedelta(hours=2)
"""Longer than on the recipients' pages: a narrative takes time to write."""
LONGEST = timedelta(hours=12)
_NOTED = timedelta(minutes=1)
"""How exactly it is kept when somebody was last seen: reading a page rarely writes."""
_OPEN = (
    intake_sessions.c.session_digest == bindparam("s"),
    intake_sessions.c.ended_at.is_(None),
    intake_sessions.c.expires_at > bindparam("at"),
    intake_sessions.c.last_seen_at > bindparam("idle_since"),
)
_FIND = select(intake_sessions.c.key_id, intake_sessions.c.last_seen_at).where(*_OPEN)
_SEEN = update(intake_sessions).where(*_OPEN).values(last_seen_at=bindparam("at"))
_END = (
    update(intake_sessions)
    .where(intake_sessions.c.session_digest == bindparam("s"), intake_sessions.c.ended_at.is_(None))
    .values(ended_at=bindparam("at"))
)
_FORGET = delete(intake_sessions).where(intake_sessions.c.expires_at < bindparam("before"))


def begin(connection: Connection, identities: Identities, key: ApiKey, now: datetime) -> str:
    """Returns the token, 256 random bits."""
    connection.execute(_FORGET, {"before": now - LONGEST})
    token = secrets.token_urlsafe(32)
    row = {"session_digest": _digest(identities, token), "key_id": key.key_id, "ended_at": None}
    times = {"created_at": now, "last_seen_at": now, "expires_at": min(now + LONGEST, key.expires_at)}
    connection.execute(intake_sessions.insert(), row | times)
    return token


def find(
    connection: Connection, identities: Identities, token: str, address: str, now: datetime
) -> tuple[ApiKey, bool] | None:
    """The key that opened the session, and whether that it was used should be noted (with ``note``).

    address: where the request comes from. None if the session was ended, is over or has lain idle, or if its key opens
    the form no longer: revoked, expired, from elsewhere, or of a publisher that has ended. Writes nothing.
    """
    row = connection.execute(_FIND, _named(identities, token, now)).first()
    key = None if row is None else api_keys.find(connection, identities, row.key_id)
    if row is None or key is None or not _opens(connection, identities, key, address, now):
        return None
    return key, now - row.last_seen_at >= _NOTED


def note(connection: Connection, identities: Identities, token: str, now: datetime) -> None:
    """The session was used."""
    connection.execute(_SEEN, _named(identities, token, now))


def end(connection: Connection, identities: Identities, token: str, now: datetime) -> None:
    connection.execute(_END, {"s": _digest(identities, token), "at": now})


def _opens(connection: Connection, identities: Identities, key: ApiKey, address: str, now: datetime) -> bool:
    if key.revoked_at is not None or now >= key.expires_at or not key.opens(Scope.FORM):
        return False
    owner = publishers.find(connection, identities, key.publisher_id)
    is_registered = owner is not None and owner.ended_at is None
    return is_registered and api_keys.is_within(address, key.networks)


def _named(identities: Identities, token: str, now: datetime) -> dict[str, object]:
    return {"s": _digest(identities, token), "at": now, "idle_since": now - IDLE}


def _digest(identities: Identities, token: str) -> str:
    return identities.digest(f"intake-session.1\x1f{token}".encode())
