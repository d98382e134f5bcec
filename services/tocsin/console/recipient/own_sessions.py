"""Where the person is signed in: whoever lost a telephone ends its session from another browser."""

from dataclasses import dataclass
from datetime import datetime

from fastapi.responses import Response
from sqlalchemy import Connection

from tocsin.console.recipient.visits import Visit
from tocsin.runtime.catalogues import Words
from tocsin.runtime.isolates import Said
from tocsin.runtime.pages.drawing import see
from tocsin.store.auditing import audit
from tocsin.store.database import unit_of_work
from tocsin.store.recipients import given_answers
from tocsin.store.recipients.sessions import OF_RECIPIENTS
from tocsin_schemas.directory import Recipient

ENDED = "session_ended"
"""What a page says was done."""


@dataclass(frozen=True, slots=True)
class Line:
    """digest: names the session, and opens nothing. is_here: it is that of the browser that asks."""

    digest: str
    begun: Said
    seen: Said
    is_here: bool


def lines(connection: Connection, visit: Visit, person: Recipient, said: Words) -> list[Line]:
    """The latest first."""
    here = OF_RECIPIENTS.digest(visit.desk.identities, visit.session)

    def instant(at: datetime) -> Said:
        return said.instant(at, person.timezone)

    standing = OF_RECIPIENTS.standing(connection, person.recipient_id, visit.desk.clock())
    return [Line(one.digest, instant(one.begun_at), instant(one.last_seen_at), one.digest == here) for one in standing]


def end(visit: Visit, person: Recipient, digest: str) -> Response:
    """One of their own, in another browser; nothing happens if it is somebody else's, or over."""
    now = visit.desk.clock()
    with unit_of_work(visit.desk.engine) as connection:
        OF_RECIPIENTS.end_own(connection, person.recipient_id, digest, now)
        audit.append(connection, given_answers.CHAIN, "session-ended", person.recipient_id, {}, now)
    return see(f"/preferences?done={ENDED}")
