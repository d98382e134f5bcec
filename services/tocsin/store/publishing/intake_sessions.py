"""Sessions of the form: opened by an API key, and over with it."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from tocsin.domain.identifiers import Identities
from tocsin.store.publishing import api_keys, publishers
from tocsin.store.publishing.api_keys import ApiKey, Scope
from tocsin.store.recipients.sessions import LONGEST as LONGEST
from tocsin.store.recipients.sessions import Sessions
from tocsin.store.tables import intake_sessions

IDLE = timedelta(hours=2)
"""Longer than on the recipients' pages: a narrative takes time to write."""
_SESSIONS = Sessions(intake_sessions, "key_id", "intake-session.1", IDLE)
note = _SESSIONS.note
end = _SESSIONS.end


def begin(connection: Connection, identities: Identities, key: ApiKey, now: datetime) -> str:
    """Returns the token, 256 random bits."""
    return _SESSIONS.begin(connection, identities, key.key_id, now, until=key.expires_at)


def find(
    connection: Connection, identities: Identities, token: str, address: str, now: datetime
) -> tuple[ApiKey, bool] | None:
    """The key that opened the session, and whether that it was used should be noted (with ``note``).

    address: where the request comes from. None if the session was ended, is over or has lain idle, or if its key opens
    the form no longer: revoked, expired, from elsewhere, or of a publisher that has ended. Writes nothing.
    """
    session = _SESSIONS.find(connection, identities, token, now)
    key = None if session is None else api_keys.find(connection, identities, session.holder)
    if session is None or key is None or not _opens(connection, identities, key, address, now):
        return None
    return key, session.is_due


def _opens(connection: Connection, identities: Identities, key: ApiKey, address: str, now: datetime) -> bool:
    if key.revoked_at is not None or now >= key.expires_at or not key.opens(Scope.FORM):
        return False
    owner = publishers.find(connection, identities, key.publisher_id)
    is_registered = owner is not None and owner.ended_at is None
    return is_registered and key.is_from(address)
