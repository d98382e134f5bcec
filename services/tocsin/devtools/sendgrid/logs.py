"""The Email Logs API: the provider's memory of what it accepted, in the query language of its description."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from tocsin.devtools.sendgrid.ledger import Entry, Ledger
from tocsin.devtools.sendgrid.outcomes import Event, message_id, timeline

_CONDITION = re.compile(
    r"""\s*(?P<field>sg_message_id_created_at|sg_message_id|subject|to_email|status|categories)\s*(?P<op>>=|<=|=|>|<|IN)\s*
    (?:TIMESTAMP\s*)?(?P<value>'[^']*'|"[^"]*"|\([^)]*\))\s*""",
    re.VERBOSE,
)
_STATUS = {
    "processed": "processed",
    "deferred": "deferred",
    "delivered": "delivered",
    "spamreport": "delivered",
    "dropped": "dropped",
    "bounce": "bounced",
}
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
}


class BadQuery(ValueError):
    """The query is not in the language of the log."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the log knows. lag: of the last so many seconds it knows nothing yet."""

    ledger: Ledger
    at: datetime
    lag: float = 0.0

    @property
    def until(self) -> datetime:
        return self.at - timedelta(seconds=self.lag)

    def has(self, mail: Entry) -> bool:
        """Only what came by the API, and is old enough."""
        return mail.provider == "sendgrid" and datetime.fromisoformat(mail.at) <= self.until

    def events(self, mail: Entry) -> list[Event]:
        return [event for at, event in timeline(mail) if at <= self.until]


def search(known: Known, query: str, limit: int) -> list[dict[str, Any]]:
    """The newest mails that fulfil ``query``; raises BadQuery."""
    conditions, ledger = _parse(query), known.ledger
    recipient = next((value for field, op, value in conditions if (field, op) == ("to_email", "=")), None)
    mails = ledger.to(recipient)[::-1] if recipient is not None else ledger.newest(len(ledger))
    fulfilling = (m for m in mails if known.has(m) and all(_holds(m, known, *condition) for condition in conditions))
    return [_summary(mail, known) for mail in islice(fulfilling, limit)]


def detail(known: Known, sought: str) -> dict[str, Any] | None:
    """One mail with its events and ``custom_args``, which the log keeps apart from the rest."""
    mail = known.ledger.entry(sought.partition(".")[0])
    if mail is None or not known.has(mail):
        return None
    summary = _summary(mail, known)
    del summary["sg_message_id_created_at"]
    return summary | {
        "api_key_id": "simulator",
        "client_ip": "127.0.0.1",
        "category": list(mail.categories),
        "custom_args": mail.custom_args,
        "events": [_event(event, mail) for event in known.events(mail)],
    }


def _event(event: Event, mail: Entry) -> Event:
    kept = {name: value for name, value in event.items() if name not in mail.custom_args}
    if "attempt" in kept:
        kept["attempt"] = int(kept["attempt"])
    return kept | {"custom_args": mail.custom_args}


def _summary(mail: Entry, known: Known) -> dict[str, Any]:
    happened = known.events(mail)
    reason = next((str(e[n]) for e in happened[::-1] for n in ("reason", "response") if n in e), None)
    return {
        "from_email": mail.sender,
        "sg_message_id": message_id(mail),
        "subject": mail.subject,
        "to_email": mail.to,
        "status": _status(happened),
        "sg_message_id_created_at": mail.at,
        **({"reason": reason} if reason else {}),
    }


def _status(happened: list[Event]) -> str:
    if not happened:
        return "processed"
    last = happened[-1]
    return "blocked" if last.get("type") == "blocked" else _STATUS[last["event"]]


def _parse(query: str) -> list[tuple[str, str, str]]:
    if not query.strip():
        return []
    conditions = []
    for part in re.split(r"\s+AND\s+", query.strip()):
        match = _CONDITION.fullmatch(part)
        if match is None:
            raise BadQuery(part)
        conditions.append((match["field"], match["op"], match["value"].strip("'\"")))
    return conditions


def _holds(mail: Entry, known: Known, field: str, op: str, value: str) -> bool:
    if field == "sg_message_id_created_at":
        return _COMPARE[op](datetime.fromisoformat(mail.at), datetime.fromisoformat(value))
    if op == "IN":
        wanted = set(re.findall(r"'([^']*)'", value))
        found = {"status": {_status(known.events(mail))}, "categories": set(mail.categories)}.get(field, set())
        return bool(wanted & found)
    actual = {"to_email": mail.to, "subject": mail.subject, "sg_message_id": message_id(mail)}.get(field)
    return actual is not None and _COMPARE[op](actual.casefold(), value.casefold())
