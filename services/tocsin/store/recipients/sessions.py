"""Sessions of browsers. The database knows a keyed digest of a session's token; the browser alone has the token."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Table, bindparam, delete, select, update

from tocsin.domain.identifiers import Identities
from tocsin.store import tables

IDLE = timedelta(minutes=30)
"""Of a recipient."""
LONGEST = timedelta(hours=12)
_NOTED = timedelta(minutes=1)
"""How exactly it is kept when a session was last used: reading a page rarely writes."""


@dataclass(frozen=True, slots=True)
class Session:
    """holder: whose it is. begun_at: when they proved it. is_due: that it was used should be noted, with ``note``."""

    holder: str
    begun_at: datetime
    is_due: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """A session of a browser, as its holder is shown it. digest: names it, and opens nothing."""

    digest: str
    begun_at: datetime
    last_seen_at: datetime


class Sessions:
    """The sessions of one table.

    holder: its column that says whose a session is. purpose: of the digests, so that a token opens one kind of session.
    idle: a session that lay unused for so long is over.
    """

    def __init__(self, table: Table, holder: str, purpose: str, idle: timedelta) -> None:
        self._table, self._holder, self._purpose, self._idle = table, table.c[holder], purpose, idle
        of_token, unended = table.c.session_digest == bindparam("s"), table.c.ended_at.is_(None)
        within = (table.c.expires_at > bindparam("at"), table.c.last_seen_at > bindparam("idle_since"))
        self._find = select(self._holder, table.c.created_at, table.c.last_seen_at).where(of_token, unended, *within)
        self._seen = update(table).where(of_token, unended, *within).values(last_seen_at=bindparam("at"))
        self._end = update(table).where(of_token, unended).values(ended_at=bindparam("at"))
        own = self._holder == bindparam("whose")
        shown = (table.c.session_digest, table.c.created_at, table.c.last_seen_at)
        self._standing = select(*shown).where(own, unended, *within).order_by(table.c.created_at.desc())
        self._end_own = update(table).where(own, of_token, unended).values(ended_at=bindparam("at"))
        self._forget = delete(table).where(table.c.expires_at < bindparam("before"))

    def begin(
        self, connection: Connection, identities: Identities, holder: str, now: datetime, until: datetime | None = None
    ) -> str:
        """Returns the token, 256 random bits. until: when it ends at the latest, if before ``LONGEST``."""
        connection.execute(self._forget, {"before": now - LONGEST})
        token, ends = secrets.token_urlsafe(32), now + LONGEST
        row = {"session_digest": self.digest(identities, token), self._holder.name: holder, "ended_at": None}
        times = {"created_at": now, "last_seen_at": now, "expires_at": ends if until is None else min(ends, until)}
        connection.execute(self._table.insert(), row | times)
        return token

    def find(self, connection: Connection, identities: Identities, token: str, now: datetime) -> Session | None:
        """The session of this token, unless it was ended, is over, or has lain idle. Writes nothing."""
        row = connection.execute(self._find, self._named(identities, token, now)).first()
        return None if row is None else Session(row[0], row.created_at, now - row.last_seen_at >= _NOTED)

    def note(self, connection: Connection, identities: Identities, token: str, now: datetime) -> None:
        """The session was used."""
        connection.execute(self._seen, self._named(identities, token, now))

    def end(self, connection: Connection, identities: Identities, token: str, now: datetime) -> None:
        connection.execute(self._end, {"s": self.digest(identities, token), "at": now})

    def standing(self, connection: Connection, holder: str, now: datetime) -> list[Standing]:
        """Every session of the holder that opens something, the latest first."""
        found = connection.execute(self._standing, {"whose": holder, "at": now, "idle_since": now - self._idle})
        return [Standing(*row) for row in found]

    def end_own(self, connection: Connection, holder: str, digest: str, now: datetime) -> None:
        """One of ``standing``; nothing happens if it is somebody else's."""
        connection.execute(self._end_own, {"whose": holder, "s": digest, "at": now})

    def digest(self, identities: Identities, token: str) -> str:
        """What the database knows of a token."""
        return identities.digest(f"{self._purpose}\x1f{token}".encode())

    def _named(self, identities: Identities, token: str, now: datetime) -> dict[str, object]:
        return {"s": self.digest(identities, token), "at": now, "idle_since": now - self._idle}


OF_RECIPIENTS = Sessions(tables.sessions, "recipient_id", "session.1", IDLE)
"""Of people who signed in with a code."""
