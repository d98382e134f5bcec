"""Inbound Parse: mail that comes in is posted to our webhook, signed, until it is taken or refused for good."""

import heapq
import re
import secrets
import threading
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import SMTP
from typing import Any

from tocsin.devtools.sendgrid.answering import CONTENT_TYPE, Envelope, form
from tocsin.devtools.sendgrid.clockwork import Clock
from tocsin.devtools.sendgrid.events import post
from tocsin.devtools.sendgrid.faults import Fault, Faults
from tocsin.devtools.sendgrid.signing import Signer

_FIRST_WAIT = 0.1
_LONGEST_WAIT = 3.0
_REPORTED = {"action": re.compile(rb"\r\nAction: (\w+)"), "diagnostic": re.compile(rb"\r\nDiagnostic-Code: ([^\r]*)")}
_GIVEN_UP = 3 * 24 * 3600.0
"""Seconds after which SendGrid drops a mail that nobody takes."""


@dataclass(slots=True)
class Incoming:
    """A mail on its way to the webhook.

    mail_id: which mail of the ledger it answers, if it is known. state: ``waiting``, ``taken`` or ``lost``.
    statuses: of every answer so far; 0: there was none.
    """

    id: str
    mail_id: str
    raw: bytes
    envelope: Envelope
    at: str
    state: str
    statuses: list[int]

    @property
    def text(self) -> str:
        """Its plain text, for the mailbox page."""
        part = message_from_bytes(self.raw, policy=SMTP).get_body(("plain",))
        return str(part.get_content()) if part is not None else ""

    @property
    def report(self) -> tuple[str, str]:
        """Of a delivery report (RFC 3464): its action and what the other server said; else empty."""
        if b"\r\nContent-Type: multipart/report" not in self.raw:
            return "", ""
        found = {name: match[1].decode() for name, pattern in _REPORTED.items() if (match := pattern.search(self.raw))}
        return found.get("action", ""), found.get("diagnostic", "")

    @property
    def auto_submitted(self) -> str:
        return str(message_from_bytes(self.raw, policy=SMTP)["Auto-Submitted"] or "")


class Inbound:
    """Posts what comes in, from a thread of its own. url: of the webhook for mail."""

    def __init__(self, signer: Signer, url: str, faults: Faults, clock: Clock) -> None:
        self._signer, self._url, self._faults, self._clock = signer, url, faults, clock
        self._waiting: list[tuple[float, int, Incoming, float]] = []
        self._all: list[Incoming] = []
        self._by_mail: dict[str, list[Incoming]] = {}
        self._count, self._changed, self._stopped = 0, threading.Condition(), False
        self._thread = threading.Thread(target=self._run, name="inbound", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        self._thread.join(timeout=5)

    def take_in(self, raw: bytes, envelope: Envelope, mail_id: str = "") -> Incoming:
        """A mail has come in: it will be posted. raw: the message with CRLF."""
        now = self._clock.now()
        incoming = Incoming(secrets.token_hex(8), mail_id, raw, envelope, now.isoformat(), "waiting", [])
        self._all.append(incoming)
        self._by_mail.setdefault(mail_id, []).append(incoming)
        if self._faults.strike(Fault.INBOUND_LOST, envelope.sender):
            incoming.state = "lost"
            return incoming
        for _ in range(2 if self._faults.strike(Fault.INBOUND_TWICE, envelope.sender) else 1):
            self._push(0.0, incoming, _FIRST_WAIT)
        return incoming

    def answers(self, mail_id: str) -> list[Incoming]:
        """What came back to one mail, oldest first."""
        return list(self._by_mail.get(mail_id, ()))

    def all(self) -> list[Incoming]:
        return list(self._all)

    def _push(self, due: float, incoming: Incoming, wait: float) -> None:
        with self._changed:
            self._count += 1
            heapq.heappush(self._waiting, (due, self._count, incoming, wait))
            self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                if self._stopped:
                    return
                left = self._waiting[0][0] - self._clock.now().timestamp() if self._waiting else 1.0
                if left > 0:
                    self._changed.wait(min(left, 1.0))
                    continue
                _, _, incoming, wait = heapq.heappop(self._waiting)
            self._post(incoming, wait)

    def _post(self, incoming: Incoming, wait: float) -> None:
        """5xx and no answer: later again. 4xx: the mail is lost."""
        message: Any = message_from_bytes(incoming.raw, policy=SMTP)
        body = form(incoming.raw, message, incoming.envelope)
        is_bad = self._faults.strike(Fault.INBOUND_BADLY_SIGNED, incoming.envelope.sender)
        signed = self._signer.wrong_headers(body) if is_bad else self._signer.headers(body)
        status = post(self._url, body, {"Content-Type": CONTENT_TYPE, "User-Agent": "Sendlib/1.0", **signed}) or 0
        incoming.statuses.append(status)
        if 200 <= status < 300:
            incoming.state = "taken"
        elif 400 <= status < 500:
            incoming.state = "lost" if incoming.state == "waiting" else incoming.state
        elif len(incoming.statuses) * _LONGEST_WAIT < _GIVEN_UP:
            self._push(self._clock.now().timestamp() + wait, incoming, min(wait * 2, _LONGEST_WAIT))
        else:
            incoming.state = "lost"
