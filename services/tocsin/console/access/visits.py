"""Who asks: a browser that may have signed in, in which language, and whether a form came from one of our pages."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request, Response
from sqlalchemy import Connection

from tocsin.console.access.desk import Desk
from tocsin.console.access.viewer import Role, Viewer
from tocsin.domain.identifiers import Identities
from tocsin.runtime import browsers
from tocsin.runtime.catalogues import FALLBACK
from tocsin.store.access import operators, sessions
from tocsin.store.database import reading, unit_of_work

LANGUAGES = {"en": "English", "fr": "Français"}
OPEN = Viewer("open-console", frozenset(Role))
"""Whoever looks at a console that stands open."""
VERSION = "if-none-match"
"""Names the version of a page that is shown: only a page that keeps itself up to date asks so, and nobody is there."""
_OWN = re.compile(r"/(?!/)[A-Za-z0-9/._:-]{0,150}")
_KNOWN = frozenset(Role)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """proved_at: when the viewer last proved who they are. is_due: that the session was used should be noted."""

    viewer: Viewer
    proved_at: datetime
    is_due: bool


@dataclass(frozen=True, slots=True, repr=False)
class Visit:
    """browser, session: secrets of its cookies. signed_in: None: nobody has."""

    request: Request
    desk: Desk
    browser: str
    session: str
    signed_in: SignedIn | None

    @property
    def viewer(self) -> Viewer | None:
        return None if self.signed_in is None else self.signed_in.viewer

    def has_proved_within(self, lately: timedelta) -> bool:
        """Whether the viewer has shown in that time that it is they."""
        return self.signed_in is not None and self.desk.clock() - self.signed_in.proved_at <= lately

    @property
    def language(self) -> str:
        chosen = self.desk.site.language(self.request, LANGUAGES)
        accepted = self.request.headers.get("accept-language", "")
        return chosen or browsers.best_language(accepted, LANGUAGES, FALLBACK)

    @property
    def has_session(self) -> bool:
        return self.viewer is not None and not self.desk.is_open

    @property
    def csrf(self) -> str:
        """Of the session, or of the browser before it has one. No other browser's forms carry it."""
        secret = self.session if self.has_session else self.browser
        return self.desk.identities.digest(f"console-csrf.1\x1f{secret}".encode())

    def is_genuine(self, csrf: str) -> bool:
        """Whether the form comes from a page that this browser was given."""
        return self.desk.site.is_genuine(self.request, csrf, self.csrf)


def visit_of(request: Request, desk: Desk) -> Visit:
    """Who asks. Raises nothing: whoever proves nothing is nobody."""
    token = desk.site.token(request, "session")
    if desk.is_open:
        found: SignedIn | None = SignedIn(OPEN, desk.clock(), False)
    else:
        found = signed_in(desk, token, by_person=VERSION not in request.headers)
    browser = desk.site.token(request, "browser") or secrets.token_urlsafe(32)
    return Visit(request, desk, browser, token, found)


def signed_in(desk: Desk, token: str, by_person: bool = True) -> SignedIn | None:
    """Whose session it is; that a person used it is noted. token: of the cookie, or ""."""
    if not token:
        return None
    now = desk.clock()
    with reading(desk.engine) as connection:
        found = holder_of_session(connection, desk.identities, token, now)
    if found is not None and found.is_due and by_person:
        with unit_of_work(desk.engine) as connection:
            sessions.note(connection, desk.identities, token, now)
    return found


def holder_of_session(connection: Connection, identities: Identities, token: str, now: datetime) -> SignedIn | None:
    """Who has the session, with the roles of their account as they are now; None if nobody does."""
    session = sessions.find(connection, identities, token, now)
    account = None if session is None else operators.in_force(connection, identities, session.holder)
    if session is None or account is None:
        return None
    roles = frozenset(Role(role) for role in account.roles if role in _KNOWN)
    return SignedIn(Viewer(account.operator_id, roles), session.begun_at, session.is_due)


def way_back(wanted: str) -> str:
    """Where to go after signing in: a page of ours, without a query; nowhere else."""
    return wanted if _OWN.fullmatch(wanted) else "/"


def keep_browser(answer: Response, visit: Visit) -> None:
    """So that a form is known to be this browser's. It comes also with the way back from an OpenID provider."""
    visit.desk.site.keep(answer, "browser", visit.browser, None, "lax")


def keep_session(answer: Response, visit: Visit, token: str) -> None:
    lasting = int(sessions.LONGEST.total_seconds())
    visit.desk.site.keep(answer, "session", token, lasting, "strict")
    visit.desk.site.keep(answer, "browser", "", 0, "lax")


def forget_session(answer: Response, visit: Visit) -> None:
    visit.desk.site.keep(answer, "session", "", 0, "strict")
