"""Who asks: a browser that may have signed in, in which language, and whether a form came from one of our pages."""

import re
import secrets
from dataclasses import dataclass

from fastapi import Request, Response

from tocsin.console.recipient.desk import Desk
from tocsin.console.recipient.words import LANGUAGES, best_language
from tocsin.runtime.catalogues import FALLBACK
from tocsin.store.database import reading, unit_of_work
from tocsin.store.directory import entries
from tocsin.store.recipients import sign_in
from tocsin.store.recipients.sessions import OF_RECIPIENTS
from tocsin_schemas.directory import Recipient

_HOME = re.compile(r"/(cases/HRD-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{3}|drills/[0-9a-f]{32}|record|preferences)?")


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
        return self.desk.site.token(self.request, "known")

    def is_genuine(self, csrf: str) -> bool:
        """Whether the form comes from a page that this browser was given."""
        return self.desk.site.is_genuine(self.request, csrf, self.csrf)


def visit_of(request: Request, desk: Desk) -> Visit:
    """HEAD is asked by machines alone: they are never signed in."""
    token = desk.site.token(request, "session") if request.method != "HEAD" else ""
    person = _signed_in(desk, token) if token else None
    browser = desk.site.token(request, "browser") or secrets.token_urlsafe(32)
    return Visit(request, desk, browser, token, person, desk.site.language(request, LANGUAGES))


def way_back(wanted: str) -> str:
    """Where to go after signing in: a case, a drill, or the first page; nowhere else."""
    wanted = f"/cases/{wanted[7:60].upper()}" if wanted.startswith("/cases/") else wanted[:60]
    return wanted if _HOME.fullmatch(wanted) else "/"


def keep(answer: Response, visit: Visit, name: str, value: str, lasting: int | None = None) -> None:
    """Set a cookie that no script sees. lasting: seconds; None: until the browser is closed.

    A session is sent by our own pages alone. The rest also comes with the link of a mail, so that following it a
    second time does not undo the first.
    """
    visit.desk.site.keep(answer, name, value, lasting, "strict" if name == "session" else "lax")


def forget(answer: Response, visit: Visit, name: str) -> None:
    keep(answer, visit, name, "", lasting=0)


def _signed_in(desk: Desk, token: str) -> Recipient | None:
    """The person of the session, if their entry may still be believed and their term is not over."""
    now = desk.clock()
    with reading(desk.engine) as connection:
        session = OF_RECIPIENTS.find(connection, desk.identities, token, now)
        if session is None:
            return None
        try:
            person = entries.find(connection, desk.deployment, session.holder)
        except entries.Altered:
            return None
    if person is None or not sign_in.is_in_office(person, now):
        return None
    if session.is_due:
        with unit_of_work(desk.engine) as connection:
            OF_RECIPIENTS.note(connection, desk.identities, token, now)
    return person
