"""What the mailbox page shows of mails, threads, events and answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, formataddr
from typing import Any

from tocsin.devtools.sendgrid.answering import message_id_of
from tocsin.devtools.sendgrid.inbound import Inbound, Incoming
from tocsin.devtools.sendgrid.ledger import Entry
from tocsin.devtools.sendgrid.outcomes import timeline

_STATES = {
    "processed": "accepted",
    "bounce": "bounced",
    "failed": "bounced",
    "delayed": "deferred",
    "spamreport": "complained",
}
_PROVIDERS = {"sendgrid": "SendGrid", "smtp": "SMTP"}
_SHOWN = {"taken": "handed to Tocsin", "waiting": "on its way", "lost": "refused by Tocsin"}
_FIRST = ("Message-ID", "In-Reply-To", "References", "Auto-Submitted")


@dataclass(frozen=True, slots=True)
class Line:
    """A mail in a list. answers: how many came back."""

    id: str
    at: datetime
    to: str
    subject: str
    provider: str
    state: str
    answers: int
    is_encrypted: bool

    @property
    def urgent(self) -> bool:
        return "[URGENT]" in self.subject

    @property
    def exercise(self) -> bool:
        return "EXERCISE" in self.subject.upper()


@dataclass(frozen=True, slots=True)
class Thread:
    """Mails of one case, the newest first."""

    reference: str
    lines: list[Line]

    @property
    def urgent(self) -> bool:
        return any(line.urgent for line in self.lines)

    @property
    def exercise(self) -> bool:
        return any(line.exercise for line in self.lines)


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of a mail."""

    at: datetime
    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer to a mail."""

    at: datetime
    sender: str
    text: str
    is_automatic: bool
    state: str
    shown: str


def line_of(entry: Entry, inbound: Inbound, now: datetime) -> Line:
    state = _STATES.get(name := events_of(entry, inbound, now)[-1].name, name)
    answers = len(_written(entry.id, inbound))
    at = datetime.fromisoformat(entry.at)
    return Line(entry.id, at, entry.to, entry.subject, entry.provider, state, answers, entry.is_encrypted)


def threads_of(entries: Iterable[Entry], inbound: Inbound, now: datetime) -> list[Thread]:
    """By thread, that with the newest mail first."""
    threads: dict[str, Thread] = {}
    for entry in entries:
        thread = threads.setdefault(entry.thread or entry.id, Thread(_reference(entry.subject), []))
        thread.lines.append(line_of(entry, inbound, now))
    return list(threads.values())


def headers_of(mail: dict[str, Any]) -> list[tuple[str, str]]:
    """What the receiver's mail program would see, the headers that place a mail in its thread first."""
    given = dict(mail["headers"])
    date = given.get("Date") or format_datetime(datetime.fromisoformat(mail["at"]))
    found = {
        "From": formataddr((mail.get("from_name", ""), mail["from"])) if mail["from"].isascii() else mail["from"],
        "To": mail["to"],
        "Subject": mail["subject"],
        "Date": date,
        "Reply-To": mail.get("reply_to", ""),
        "Message-ID": message_id_of(mail),
        **{name: given.get(name, "") for name in _FIRST[1:]},
    }
    rest = {name: value for name, value in given.items() if name not in found}
    return [(name, value) for name, value in {**found, **rest}.items() if value]


def events_of(entry: Entry, inbound: Inbound, now: datetime) -> list[Happening]:
    """What happened so far, in order; acceptance is the first. Of mail by SMTP, delivery reports tell."""
    found = [Happening(datetime.fromisoformat(entry.at), "accepted", f"by {_PROVIDERS[entry.provider]}")]
    for at, event in timeline(entry):
        if at <= now:
            detail = event.get("reason") or event.get("response") or ""
            found.append(Happening(at, event["event"], str(detail)))
    for report in inbound.answers(entry.id):
        action, diagnostic = report.report
        if action:
            found.append(Happening(datetime.fromisoformat(report.at), action, diagnostic.removeprefix("smtp; ")))
    return found


def answers_of(mail: dict[str, Any], inbound: Inbound) -> list[Reply]:
    return [_reply(incoming) for incoming in _written(mail["id"], inbound)]


def _written(mail_id: str, inbound: Inbound) -> list[Incoming]:
    """What came back and is no delivery report."""
    return [incoming for incoming in inbound.answers(mail_id) if not incoming.report[0]]


def _reply(incoming: Incoming) -> Reply:
    last = f" ({incoming.statuses[-1]})" if incoming.statuses and incoming.state != "taken" else ""
    automatic = incoming.auto_submitted not in {"", "no"}
    return Reply(
        datetime.fromisoformat(incoming.at),
        incoming.envelope.sender or "no return address",
        incoming.text,
        automatic,
        incoming.state,
        _SHOWN[incoming.state] + last,
    )


def _reference(subject: str) -> str:
    """The case's reference, where the subject has one; else the subject."""
    return next((part.strip() for part in subject.split("·") if part.strip().startswith("HRD-")), subject)
