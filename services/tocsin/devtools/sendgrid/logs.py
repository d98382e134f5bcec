"""The Email Logs API: the provider's memory of what it accepted, in the query language of its description."""

import re
from collections.abc import Callable
from datetime import datetime
from itertools import islice
from typing import Any

from tocsin.devtools.sendgrid.events import timeline
from tocsin.devtools.sendgrid.ledger import Entry, Ledger

_CONDITION = re.compile(
    r"""\s*(?P<field>sg_message_id_created_at|sg_message_id|subject|to_email|status)\s*(?P<op>>=|<=|=|>|<|IN)\s*
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


def search(ledger: Ledger, query: str, limit: int, now: datetime) -> list[dict[str, Any]]:
    """The newest mails that fulfil ``query``; raises BadQuery."""
    conditions = _parse(query)
    recipient = next((value for field, op, value in conditions if (field, op) == ("to_email", "=")), None)
    mails = ledger.to(recipient)[::-1] if recipient is not None else ledger.newest(len(ledger))
    fulfilling = (mail for mail in mails if all(_holds(mail, now, *condition) for condition in conditions))
    return [_summary(mail, now) for mail in islice(fulfilling, limit)]


def detail(ledger: Ledger, message_id: str, now: datetime) -> dict[str, Any] | None:
    """One mail with its events and ``custom_args``."""
    mail = ledger.entry(message_id.partition(".")[0])
    if mail is None:
        return None
    summary = _summary(mail, now)
    events = [event for at, event in timeline(mail) if at <= now]
    del summary["sg_message_id_created_at"]
    return summary | {
        "api_key_id": "simulator",
        "client_ip": "127.0.0.1",
        "custom_args": mail.custom_args,
        "events": events,
    }


def _summary(mail: Entry, now: datetime) -> dict[str, Any]:
    return {
        "from_email": mail.sender,
        "sg_message_id": _message_id(mail),
        "subject": mail.subject,
        "to_email": mail.to,
        "status": _status(mail, now),
        "sg_message_id_created_at": mail.at,
    }


def _message_id(mail: Entry) -> str:
    return f"{mail.id}.recvd-simulator-1-1.0"


def _status(mail: Entry, now: datetime) -> str:
    happened = [event["event"] for at, event in timeline(mail) if at <= now]
    return _STATUS[happened[-1]] if happened else "processed"


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


def _holds(mail: Entry, now: datetime, field: str, op: str, value: str) -> bool:
    if field == "sg_message_id_created_at":
        return _COMPARE[op](datetime.fromisoformat(mail.at), datetime.fromisoformat(value))
    if op == "IN":
        return field == "status" and _status(mail, now) in re.findall(r"'([^']*)'", value)
    actual = {"to_email": mail.to, "subject": mail.subject, "sg_message_id": _message_id(mail)}.get(field)
    return actual is not None and _COMPARE[op](actual.casefold(), value.casefold())
