"""Signing in: an API key that opens the form, typed in by hand. Of a key that does not, nobody learns why."""

from fastapi.responses import Response

from tocsin.intake.form.pages import door
from tocsin.intake.form.visits import Visit, forget_everything, keep
from tocsin.runtime.addresses import neighbourhood
from tocsin.runtime.browsers import client_of
from tocsin.runtime.pages.drawing import see
from tocsin.store.auditing import audit
from tocsin.store.database import reading, unit_of_work
from tocsin.store.publishing import api_keys, intake_sessions
from tocsin.store.publishing.api_keys import ApiKey, KeyRefused, Scope
from tocsin.store.publishing.publishers import CHAIN

LEADS_TO = "https://www.wikipedia.org/"
"""Where a person goes who must leave at once: a page that nobody wonders about."""


def sign_in(visit: Visit, typed: str) -> Response:
    """Begin a session, if the key opens the form."""
    desk, now = visit.desk, visit.desk.clock()
    key = _opening(visit, typed)
    if key is None:
        wait = desk.wrong_keys.take(neighbourhood(client_of(visit.request)), now.timestamp())
        return door(visit, "wait", 429) if wait else door(visit, "key", 403)
    with unit_of_work(desk.engine) as connection:
        token = intake_sessions.begin(connection, desk.identities, key, now)
        api_keys.note_use(connection, key.key_id, now)
        audit.append(connection, CHAIN, "form-entered", key.key_id, {"publisher": key.publisher_id}, now)
    answer = see("/form")
    forget_everything(answer, visit)
    keep(answer, visit, "language", visit.language)
    keep(answer, visit, "session", token, lasting=int(intake_sessions.LONGEST.total_seconds()))
    return answer


def sign_out(visit: Visit) -> Response:
    """End the session, here and in the database."""
    end(visit)
    answer = see("/form")
    forget_everything(answer, visit)
    return answer


def end(visit: Visit) -> None:
    if visit.key is not None:
        with unit_of_work(visit.desk.engine) as connection:
            intake_sessions.end(connection, visit.desk.identities, visit.session, visit.desk.clock())


def _opening(visit: Visit, typed: str) -> ApiKey | None:
    desk, presented = visit.desk, typed.strip()[: api_keys.LONGEST_PRESENTED]
    try:
        with reading(desk.engine) as connection:
            address = client_of(visit.request)
            key = api_keys.check(connection, desk.identities, presented, address, desk.clock())
    except KeyRefused:
        return None
    return key if key.opens(Scope.FORM) else None
