"""The mailbox page: what recipients would have received. No script; a mail's own HTML stays in a sandbox."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from tocsin.devtools.sendgrid.events import timeline
from tocsin.devtools.sendgrid.ledger import Entry, Ledger
from tocsin.runtime import clock

Page = tuple[int, str, str, str]
"""Status, content type, content security policy, text."""
PAGE_SIZE = 200
_POLICY = "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'"
_MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups allow-popups-to-escape-sandbox"
_STATES = {"processed": "accepted", "bounce": "bounced", "spamreport": "complained"}


@dataclass(frozen=True, slots=True)
class Line:
    """A mail in the list."""

    id: str
    at: datetime
    to: str
    subject: str
    urgent: bool
    state: str


@dataclass(frozen=True, slots=True)
class Thread:
    """Mails of one case, the newest first."""

    reference: str
    lines: list[Line]

    @property
    def urgent(self) -> bool:
        return any(line.urgent for line in self.lines)


class Mailbox:
    """Pages over a ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def page(self, path: str, query: Mapping[str, list[str]]) -> Page:
        if path == "/":
            return self._list(query)
        if path == "/style.css":
            return 200, "text/css", _POLICY, _style()
        parts = path.strip("/").split("/")
        mail = self._ledger.find(parts[1]) if parts[0] == "mails" and len(parts) in {2, 3} else None
        if mail is None:
            return 404, "text/html", _POLICY, _render("missing.html")
        if len(parts) == 2:
            return 200, "text/html", _POLICY, _render("mail.html", mail=mail, line=self._line(mail["id"]))
        if parts[2] == "html":
            return 200, "text/html", _MAIL_POLICY, mail["html"]
        return 404, "text/html", _POLICY, _render("missing.html")

    def _list(self, query: Mapping[str, list[str]]) -> Page:
        number = next((int(n) for n in query.get("page", ()) if n.isdigit() and 0 < int(n) < 100_000), 1)
        start = (number - 1) * PAGE_SIZE
        lines = [(entry, _line(entry)) for entry in self._ledger.newest(start + PAGE_SIZE)[start:]]
        threads: dict[str, Thread] = {}
        for entry, line in lines:
            key = entry.thread or entry.id
            threads.setdefault(key, Thread(_reference(entry.subject), [])).lines.append(line)
        facts: dict[str, Any] = {
            "threads": list(threads.values()),
            "total": len(self._ledger),
            "number": number,
            "more": len(self._ledger) > start + PAGE_SIZE,
        }
        return 200, "text/html", _POLICY, _render("list.html", **facts)

    def _line(self, mail_id: str) -> Line:
        entry = self._ledger.entry(mail_id)
        assert entry is not None, "the mail was found by its id"
        return _line(entry)


def _line(entry: Entry) -> Line:
    happened = [event["event"] for at, event in timeline(entry) if at <= clock.now()]
    state = _STATES.get(happened[-1], happened[-1]) if happened else "accepted"
    urgent = "[URGENT]" in entry.subject
    return Line(entry.id, datetime.fromisoformat(entry.at), entry.to, entry.subject, urgent, state)


def _reference(subject: str) -> str:
    """The case's reference, where the subject has one; else the subject."""
    return next((part.strip() for part in subject.split("·") if part.strip().startswith("HRD-")), subject)


def _render(name: str, **facts: Any) -> str:
    return _ENVIRONMENT.get_template(name).render(facts)


@cache
def _style() -> str:
    return (_TEMPLATES / "style.css").read_text(encoding="utf-8")


_TEMPLATES = Path(__file__).parent / "templates"
_ENVIRONMENT = SandboxedEnvironment(
    loader=FileSystemLoader(_TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
