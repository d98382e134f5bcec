"""Delivery reports (RFC 3464) on mail that went by SMTP: what becomes of it, by the beginning of its address."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage, Message
from email.policy import SMTP, compat32
from email.utils import format_datetime

from tocsin.devtools.sendgrid.outcomes import outcome_of_address

HOST = "smtp.tocsin.example"
_UNFOLDED = compat32.clone(linesep="\r\n", max_line_length=0)
_SENTENCES = {
    "delivered": "Your message was delivered.",
    "delayed": "Your message has not been delivered yet. We keep trying.",
    "failed": "Your message could not be delivered.",
}


@dataclass(frozen=True, slots=True)
class Step:
    """A report. after: seconds from acceptance. action: ``delivered``, ``delayed`` or ``failed``. status: RFC 3463."""

    after: float
    action: str
    status: str
    diagnostic: str = ""

    @property
    def asked_as(self) -> str:
        """The word of NOTIFY by which a client asks for it."""
        return {"delivered": "SUCCESS", "delayed": "DELAY", "failed": "FAILURE"}[self.action]


_DELIVERED = Step(0.2, "delivered", "2.0.0")
_UNKNOWN = Step(0.2, "failed", "5.1.1", "smtp; 550 5.1.1 the account does not exist")
_STEPS = {
    "delivered": (_DELIVERED,),
    "bounced": (_UNKNOWN,),
    "blocked": (Step(0.2, "failed", "5.7.1", "smtp; 554 5.7.1 refused by policy"),),
    "no-tls": (Step(0.2, "failed", "5.7.10", "smtp; 523 5.7.10 encryption needed"),),
    "deferred": (Step(0.2, "delayed", "4.7.1", "smtp; 451 4.7.1 try again later"), Step(0.5, "delivered", "2.0.0")),
    "deferred-long": (Step(0.2, "delayed", "4.7.1", "smtp; 451 4.7.1 try again later"),),
    "delivered-then-bounced": (_DELIVERED, Step(0.5, "failed", "5.1.1", "smtp; 550 5.1.1 no such account")),
    "complained": (_DELIVERED,),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the client asked to be told. notify: words of NOTIFY; none given means FAILURE and DELAY (RFC 3461)."""

    envelope_id: str = ""
    notify: frozenset[str] = frozenset({"FAILURE", "DELAY"})
    original_recipient: str = ""


def steps(to: str, asked: Asked) -> tuple[Step, ...]:
    """The reports on a mail to ``to`` that the client wants."""
    return tuple(step for step in _STEPS.get(outcome_of_address(to), ()) if step.asked_as in asked.notify)


def report(content: bytes, sender: str, to: str, asked: Asked, step: Step, now: datetime) -> bytes:
    """The report as a mail. content: the mail that it is about. sender: its envelope's sender."""
    message = EmailMessage(policy=SMTP)
    message["From"] = f"Mail Delivery System <MAILER-DAEMON@{HOST}>"
    message["To"] = sender
    message["Subject"] = "Delivery Status Notification"
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{secrets.token_hex(12)}@{HOST}>"
    message["Auto-Submitted"] = "auto-replied"
    message["MIME-Version"] = "1.0"
    message["Content-Type"] = "multipart/report; report-type=delivery-status"
    words = EmailMessage(policy=SMTP)
    words.set_content(f"{_SENTENCES[step.action]}\n")
    head = content.partition(b"\r\n\r\n")[0] + b"\r\n"
    message.attach(words)
    message.attach(_status(to, asked, step, now))
    message.attach(_part("text/rfc822-headers", head.decode("utf-8", "replace")))
    return message.as_bytes()


def _status(to: str, asked: Asked, step: Step, now: datetime) -> EmailMessage:
    """What a machine reads: a block about the mail, and one about its recipient."""
    of_mail = {
        "Original-Envelope-Id": asked.envelope_id,
        "Reporting-MTA": f"dns; {HOST}",
        "Arrival-Date": format_datetime(now),
    }
    of_recipient = {
        "Original-Recipient": asked.original_recipient,
        "Final-Recipient": f"rfc822; {to}",
        "Action": step.action,
        "Status": step.status,
        "Diagnostic-Code": step.diagnostic,
    }
    part = EmailMessage(policy=SMTP)
    part["Content-Type"] = "message/delivery-status"
    part.set_payload([_block(of_mail), _block(of_recipient)])
    return part


def _block(fields: dict[str, str]) -> Message:
    block: Message = Message(policy=_UNFOLDED)
    for name, value in fields.items():
        if value:
            block[name] = value
    return block


def _part(kind: str, content: str) -> EmailMessage:
    part = EmailMessage(policy=SMTP)
    part["Content-Type"] = kind
    part.set_payload(content)
    return part
