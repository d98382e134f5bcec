"""What becomes of each mail, as events in time.

The outcome stands in the ledger: a fault or a suppression list decided it at acceptance, or else the local part of the
address does by its beginning (bounce, block, drop, defer, deferlong, laterbounce, spam, silent); any other address
receives its mail. A mail's events are a function of the mail, so that a restart makes the same ones.
"""

import base64
import hashlib
from datetime import datetime, timedelta
from typing import Any

from tocsin.devtools.sendgrid.faults import Fault
from tocsin.devtools.sendgrid.ledger import Entry

Event = dict[str, Any]
Step = tuple[float, str, dict[str, str]]
"""Seconds after acceptance, the event, and what it says beside the usual."""
Script = tuple[Step, ...]

_PROCESSED: Step = (0.05, "processed", {})
_OK = {"response": "250 2.0.0 OK"}
_BOUNCE = {
    "type": "bounce",
    "status": "5.1.1",
    "reason": "550 5.1.1 the account does not exist",
    "bounce_classification": "Invalid Address",
}
_BLOCK = {
    "type": "blocked",
    "status": "5.7.1",
    "reason": "554 5.7.1 refused by policy",
    "bounce_classification": "Reputation",
}
_NO_TLS = {
    "type": "blocked",
    "status": "5.7.10",
    "reason": "TLS required but not supported",
    "bounce_classification": "Technical",
}
_LATER = "451 4.7.1 try again later"
_SCRIPTS: dict[str, Script] = {
    "delivered": (_PROCESSED, (0.3, "delivered", _OK)),
    "bounced": (_PROCESSED, (0.3, "bounce", _BOUNCE)),
    "blocked": (_PROCESSED, (0.3, "bounce", _BLOCK)),
    "no-tls": (_PROCESSED, (0.3, "bounce", _NO_TLS)),
    "deferred": (
        _PROCESSED,
        (0.3, "deferred", {"response": _LATER, "attempt": "1"}),
        (0.8, "delivered", _OK),
    ),
    "deferred-long": (
        _PROCESSED,
        *((0.1 + 0.2 * n, "deferred", {"response": _LATER, "attempt": str(n)}) for n in range(1, 4)),
    ),
    "delivered-then-bounced": (_PROCESSED, (0.3, "delivered", _OK), (0.6, "bounce", _BOUNCE)),
    "complained": (_PROCESSED, (0.3, "delivered", _OK), (0.8, "spamreport", {})),
    "silent": (),
}
_BY_LOCAL_PART = {
    "laterbounce": "delivered-then-bounced",
    "deferlong": "deferred-long",
    "notls": "no-tls",
    "bounce": "bounced",
    "block": "blocked",
    "drop": "dropped:Bounced Address",
    "defer": "deferred",
    "spam": "complained",
    "silent": "silent",
}
OF_FAULT = {
    Fault.BOUNCED: "bounced",
    Fault.BLOCKED: "no-tls",
    Fault.SUPPRESSED: "dropped:Bounced Address",
    Fault.DEFERRED: "deferred",
    Fault.DEFERRED_LONG: "deferred-long",
    Fault.DELIVERED_THEN_BOUNCED: "delivered-then-bounced",
    Fault.COMPLAINED: "complained",
}
_LONG = 3600.0
"""After how many seconds a mail deferred for long arrives, unless the fault says."""


def dropped(reason: str) -> str:
    """The outcome of a mail to a suppressed address. reason: as SendGrid names it."""
    return f"dropped:{reason}"


def outcome_of_address(address: str) -> str:
    """What the address scripts by its beginning."""
    local = address.partition("@")[0].casefold()
    return next((outcome for prefix, outcome in _BY_LOCAL_PART.items() if local.startswith(prefix)), "delivered")


def timeline(mail: Entry) -> list[tuple[datetime, Event]]:
    """What happens to ``mail``, and when. One that goes by SMTP makes no events here."""
    if mail.provider != "sendgrid":
        return []
    accepted = datetime.fromisoformat(mail.at)
    return [
        (at := accepted + timedelta(seconds=seconds), _event(mail, number, name, at, facts))
        for number, (seconds, name, facts) in enumerate(_script(mail.outcome or outcome_of_address(mail.to)))
    ]


def _script(outcome: str) -> Script:
    name, _, detail = outcome.partition(":")
    if name == "dropped":
        return ((0.05, "dropped", {"reason": detail, "status": "5.0.0"}),)
    if name == "deferred-long":
        return (*_SCRIPTS[name], (float(detail or _LONG), "delivered", _OK))
    return _SCRIPTS[name]


def _event(mail: Entry, number: int, name: str, at: datetime, facts: dict[str, str]) -> Event:
    digest = hashlib.sha256(f"{mail.id} {number} {name}".encode()).digest()[:16]
    return {
        "email": mail.to,
        "event": name,
        "timestamp": int(at.timestamp()),
        "sg_event_id": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "sg_message_id": message_id(mail),
        "smtp-id": f"<{mail.id}@simulator.example>",
        **({"ip": "127.0.0.1", "tls": 1} if name == "delivered" else {}),
        **({"category": mail.categories} if mail.categories else {}),
        **facts,
        **mail.custom_args,
    }


def message_id(mail: Entry) -> str:
    """``sg_message_id``: it begins with the X-Message-Id of the answer."""
    return f"{mail.id}.recvd-simulator-1-1.0"
