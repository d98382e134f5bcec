"""Who asks: a browser that may have signed in, in which language, and whether a form came from one of our pages."""

import re
import secrets
from dataclasses import dataclass
from hmac import compare_digest
from typing import Literal

from fastapi import Request, Response

from tocsin.console.recipient.desk import Desk
from tocsin.console.recipient.words import LANGUAGES, best_language
from tocsin.runtime.browsers import is_same_origin
from tocsin.runtime.catalogues import FALLBACK
from tocsin.store import directory, sessions, sign_in
from tocsin.store.database import reading, unit_of_work
from tocsin_schemas.directory import Recipient

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_HOME = re.compile(r"/(cases/HRD-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{3}|drills/[0-9a-f]{32})?")


@dataclass(frozen=True, slots=True, repr=False)
class Visit:
    """person: who signed in, if anybody did. browser, session: secrets of its cookies. chosen: language, if chosen."""

    request: Request
    desk: Desk
    browser: str
    session: str
    person: Recipient | None
    chosen: str | None

    @property
    def language(self) -> str:
        if self.chosen is not None:
            return self.chosen
        if self.person is not None:
            return next((code for code in self.person.languages if code in LANGUAGES), FALLBACK)
        return best_language(self.request.headers.get("accept-language", ""))

    @property
    def csrf(self) -> str:
        """Of the session, or of the browser before it has one. No other browser's forms carry it."""
        secret = self.session if self.person is not None else self.browser
        return self.desk.identities.digest(f"csrf.1\x1f{secret}".encode())

    @property
    def known(self) -> str:
        """What this browser was given when a code was good in it, if ever; "" otherwise."""
        return _cookie(self.request, self.desk, "known")

    def is_genuine(self, csrf: str) -> bool:
        """Whether the form comes from a page that this browser was given. A browser says where from, if it can."""
        return compare_digest(csrf.encode(), self.csrf.encode()) and is_same_origin(self.request, self.desk.origin)


def visit_of(request: Request, desk: Desk) -> Visit:
    """HEAD is asked by machines alone: they are never signed in."""
    token = _cookie(request, desk, "session") if request.method != "HEAD" else ""
    person = _signed_in(desk, token) if token else None
    browser = _cookie(request, desk, "browser") or secrets.token_urlsafe(32)
    return Visit(request, desk, browser, token, person, _chosen(request, desk))


def way_back(wanted: str) -> str:
    """Where to go after signing in: a case, a drill, or the first page; nowhere else."""
    wanted = f"/cases/{wanted[7:60].upper()}" if wanted.startswith("/cases/") else wanted[:60]
    return wanted if _HOME.fullmatch(wanted) else "/"


def keep(answer: Response, visit: Visit, name: str, value: str, lasting: int | None = None) -> None:
    """Set a cookie that no script sees. lasting: seconds; None: until the browser is closed.

    A session is sent by our own pages alone. The rest also comes with the link of a mail, so that following it a
    second time does not undo the first.
    """
    secure = visit.desk.is_secure
    site: Literal["strict", "lax"] = "strict" if name == "session" else "lax"
    answer.set_cookie(
        cookie_name(visit.desk, name), value, max_age=lasting, path="/", secure=secure, httponly=True, samesite=site
    )


def forget(answer: Response, visit: Visit, name: str) -> None:
    keep(answer, visit, name, "", lasting=0)


def cookie_name(desk: Desk, name: str) -> str:
    return f"__Host-tocsin-{name}" if desk.is_secure else f"tocsin-{name}"


def _cookie(request: Request, desk: Desk, name: str) -> str:
    value = request.cookies.get(cookie_name(desk, name), "")
    return value if _TOKEN.fullmatch(value) else ""


def _chosen(request: Request, desk: Desk) -> str | None:
    for wanted in (request.query_params.get("lang"), request.cookies.get(cookie_name(desk, "language"))):
        if wanted in LANGUAGES:
            return wanted
    return None


def _signed_in(desk: Desk, token: str) -> Recipient | None:
    """The person of the session, if their entry may still be believed and their term is not over."""
    now = desk.clock()
    with reading(desk.engine) as connection:
        session = sessions.find(connection, desk.identities, token, now)
        if session is None:
            return None
        try:
            person = directory.find(connection, desk.deployment, session.recipient_id)
        except directory.Altered:
            return None
    if person is None or not sign_in.is_in_office(person, now):
        return None
    if session.is_due:
        with unit_of_work(desk.engine) as connection:
            sessions.note(connection, desk.identities, token, now)
    return person
