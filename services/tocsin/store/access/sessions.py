"""Sessions of the console: over after a quarter of an hour without use, and after a working day in any case."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, update

from tocsin.domain.identifiers import Identities
from tocsin.store.recipients.sessions import Sessions
from tocsin.store.tables.access import operator_sessions

IDLE, LONGEST = timedelta(minutes=15), timedelta(hours=8)
"""Of pages that show cases."""
_SESSIONS = Sessions(operator_sessions, "operator_id", "operator-session.1", IDLE)
_END_ALL = (
    update(operator_sessions)
    .where(operator_sessions.c.operator_id == bindparam("whose"), operator_sessions.c.ended_at.is_(None))
    .values(ended_at=bindparam("at"))
)
find = _SESSIONS.find
note = _SESSIONS.note
end = _SESSIONS.end
standing = _SESSIONS.standing
end_own = _SESSIONS.end_own
digest = _SESSIONS.digest


def begin(connection: Connection, identities: Identities, operator_id: str, now: datetime) -> str:
    """Returns the token, 256 random bits."""
    return _SESSIONS.begin(connection, identities, operator_id, now, until=now + LONGEST)


def end_all(connection: Connection, operator_id: str, now: datetime) -> None:
    """Every session of the account, in whichever browser."""
    connection.execute(_END_ALL, {"whose": operator_id, "at": now})
