"""The beginning and the end of a session."""

from fastapi.responses import Response
from sqlalchemy import Connection

from tocsin.console.access.pages import draw
from tocsin.console.access.visits import Visit, forget_session, keep_session
from tocsin.runtime.pages.drawing import see
from tocsin.store.access import sessions
from tocsin.store.access.operators import CHAIN
from tocsin.store.auditing import audit
from tocsin.store.database import unit_of_work


def start(connection: Connection, visit: Visit, operator_id: str, way: str) -> str:
    """The token of a new session; what this browser had before is over. way: ``passkey`` or ``openid``."""
    desk, now = visit.desk, visit.desk.clock()
    if visit.session:
        sessions.end(connection, desk.identities, visit.session, now)
    token = sessions.begin(connection, desk.identities, operator_id, now)
    audit.append(connection, CHAIN, "signed-in", operator_id, {"way": way}, now)
    return token


def welcome(visit: Visit, token: str, wanted: str) -> Response:
    """A page that leads on. A redirect would not do: a browser that comes from elsewhere sends no strict cookie yet."""
    answer = draw(visit, "welcome", next=wanted)
    keep_session(answer, visit, token)
    return answer


def sign_out(visit: Visit) -> Response:
    """End the session, here and in the database."""
    desk, now = visit.desk, visit.desk.clock()
    with unit_of_work(desk.engine) as connection:
        sessions.end(connection, desk.identities, visit.session, now)
        if visit.viewer is not None:
            audit.append(connection, CHAIN, "signed-out", visit.viewer.name, {}, now)
    answer = see("/sign-in")
    forget_session(answer, visit)
    answer.headers["clear-site-data"] = '"cache", "storage"'
    return answer
