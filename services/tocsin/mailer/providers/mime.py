"""A mail as it goes over SMTP: MIME with the same headers as over the API, or true PGP/MIME (RFC 3156)."""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from typing import Any

from tocsin.mailer.providers.sendgrid_payload import SENDER_NAME
from tocsin.mailer.providers.soundness import LONGEST_LINE, Unsound, check, mailbox
from tocsin.mailer.sender import Mail


class _OneLine(EmailPolicy):
    """Leaves headers in ASCII on one line: the library would write a long id as encoded words, which breaks threads."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        line = f"{name}: {value}"
        if line.isascii() and len(line) <= LONGEST_LINE + 80 and "\n" not in line and "\r" not in line:
            return line.encode("ascii") + b"\r\n"
        return super().fold_binary(name, value)


_POLICY = _OneLine(linesep=SMTP.linesep, cte_type="7bit")


def message_id(mail: Mail) -> str:
    """Opaque, and another for each attempt."""
    return f"{mail.delivery_id}.{mail.attempt}"


def as_mime(mail: Mail, mail_from: str, mail_domain: str, at: datetime) -> bytes:
    """The whole mail with CRLF line ends, in ASCII; raises Unsound.

    mail_domain: of the Message-ID. at: when it is sent.
    """
    check(mail, mail_from)
    message = _body(mail) if mail.encrypted is None else _encrypted(mail.encrypted)
    message["From"] = f"{SENDER_NAME} <{_ascii(mail_from)}>"
    message["To"] = _ascii(mail.to)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{message_id(mail)}@{mail_domain}>"
    if mail.reply_to is not None:
        message["Reply-To"] = _ascii(mail.reply_to)
    for name, value in mail.headers.items():
        message[name] = value
    return message.as_bytes()


def _ascii(address: str) -> str:
    """Servers that take addresses in other scripts (SMTPUTF8) are few, and this way is for emergencies."""
    if not (found := mailbox(address)).isascii():
        raise Unsound("address-not-ascii")
    return found


def _body(mail: Mail) -> EmailMessage:
    message = EmailMessage(_POLICY)
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message


def _encrypted(armour: str) -> EmailMessage:
    message = EmailMessage(_POLICY)
    message["MIME-Version"] = "1.0"
    message["Content-Type"] = 'multipart/encrypted; protocol="application/pgp-encrypted"'
    message.attach(_part(b"Version: 1\r\n", "pgp-encrypted"))
    message.attach(_part(armour.encode("ascii"), "octet-stream", "encrypted.asc"))
    return message


def _part(content: bytes, subtype: str, filename: str | None = None) -> EmailMessage:
    part = EmailMessage(_POLICY)
    disposition = "inline" if filename else None
    part.set_content(content, "application", subtype, cte="7bit", disposition=disposition, filename=filename)
    del part["MIME-Version"]
    return part
