"""Who asks: a browser that may have signed in with a key, in which language, and which drafts it was given."""

import re
import secrets
from dataclasses import dataclass
from hmac import compare_digest

from fastapi import Request, Response

from tocsin.intake.form.desk import FormDesk
from tocsin.intake.form.words import LANGUAGES, best_language
from tocsin.runtime.browsers import client_of
from tocsin.store.database import reading, unit_of_work
from tocsin.store.publishing import api_keys, drafts, intake_sessions
from tocsin.store.publishing.api_keys import ApiKey
from tocsin.store.publishing.drafts import Draft

_MARK = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, repr=False)
class Visit:
    """key: that opened the session, if it is open. browser, session: secrets of its cookies."""

    request: Request
    desk: FormDesk
    browser: str
    session: str
    key: ApiKey | None
    chosen: str | None

    @property
    def language(self) -> str:
        return self.chosen or best_language(self.request.headers.get("accept-language", ""))

    @property
    def csrf(self) -> str:
        """Of the session, or of the browser before it has one. No other browser's forms carry it."""
        secret = self.session if self.key is not None else self.browser
        return self.desk.identities.digest(f"form-csrf.1\x1f{secret}".encode())

    @property
    def publisher(self) -> str:
        return "" if self.key is None else self.key.publisher_id

    def is_genuine(self, csrf: str) -> bool:
        """Whether the form comes from a page that this browser was given."""
        return self.desk.site.is_genuine(self.request, csrf, self.csrf)

    def holds(self, draft_id: str) -> bool:
        """Whether this session began the draft, or typed its code: colleagues do not read one another's drafts."""
        mark = self.request.cookies.get(self.desk.site.cookie(_of_draft(draft_id)), "")
        return bool(_MARK.fullmatch(mark)) and compare_digest(mark, self.mark(draft_id))

    def mark(self, draft_id: str) -> str:
        return self.desk.identities.digest(f"form-draft.1\x1f{self.session}\x1f{draft_id}".encode())

    def draft(self, draft_id: str) -> Draft | None:
        """One that this session holds. Anything else is told apart from nothing by nobody."""
        if not self.holds(draft_id):
            return None
        with reading(self.desk.engine) as connection:
            return drafts.find(connection, self.publisher, draft_id, self.desk.clock())


def visit_of(request: Request, desk: FormDesk) -> Visit:
    token = desk.site.token(request, "session")
    key = _signed_in(request, desk, token) if token else None
    browser = desk.site.token(request, "browser") or secrets.token_urlsafe(32)
    return Visit(request, desk, browser, token, key, desk.site.language(request, LANGUAGES))


def keep(answer: Response, visit: Visit, name: str, value: str, lasting: int | None = None) -> None:
    """Set a cookie that no script sees. lasting: seconds; None: until the browser is closed."""
    visit.desk.site.keep(answer, name, value, lasting, "lax" if name == "language" else "strict")


def hold(answer: Response, visit: Visit, draft_id: str) -> None:
    """Let this session, and no other, open the draft without its code."""
    keep(answer, visit, _of_draft(draft_id), visit.mark(draft_id))


def forget_everything(answer: Response, visit: Visit) -> None:
    """Every cookie of the form."""
    own = visit.desk.site.cookie("")
    for name in visit.request.cookies:
        if name.startswith(own):
            keep(answer, visit, name.removeprefix(own), "", lasting=0)


def _of_draft(draft_id: str) -> str:
    return f"draft-{draft_id[:12]}"


def _signed_in(request: Request, desk: FormDesk, token: str) -> ApiKey | None:
    now = desk.clock()
    with reading(desk.engine) as connection:
        found = intake_sessions.find(connection, desk.identities, token, client_of(request), now)
    if found is None:
        return None
    key, is_due = found
    if is_due:
        with unit_of_work(desk.engine) as connection:
            intake_sessions.note(connection, desk.identities, token, now)
            if key.is_use_due(now):
                api_keys.note_use(connection, key.key_id, now)
    return key
