"""The body of ``POST /v3/mail/send``. Nothing in it tells what the case is about but the mail itself."""

import base64
from typing import Any

from tocsin.mailer.providers.soundness import check, mailbox
from tocsin.mailer.sender import Mail

SENDER_NAME = "Tocsin"
_OFF = {"enable": False}
_TRACKING = {
    "click_tracking": {"enable": False, "enable_text": False},
    "open_tracking": _OFF,
    "subscription_tracking": _OFF,
    "ganalytics": _OFF,
}


def payload(mail: Mail, mail_from: str, sandbox: bool = False) -> dict[str, Any]:
    """The request for one mail; raises Unsound.

    sandbox: it is checked and then goes nowhere. Of an encrypted mail, which the API cannot send as PGP/MIME for it
    lets nobody set the Content-Type, the content is an attachment with a neutral name.
    """
    check(mail, mail_from)
    ids = {"d": mail.delivery_id, "a": str(mail.attempt)}
    body: dict[str, Any] = {
        "personalizations": [{"to": [{"email": mailbox(mail.to)}], "custom_args": ids}],
        "from": {"email": mailbox(mail_from), "name": SENDER_NAME},
        "subject": mail.subject,
        "content": [{"type": "text/plain", "value": mail.text}, {"type": "text/html", "value": mail.html}],
        "headers": dict(mail.headers),
        "tracking_settings": _TRACKING,
        "mail_settings": {"footer": _OFF, "sandbox_mode": {"enable": sandbox}},
    }
    if mail.reply_to is not None:
        body["reply_to"] = {"email": mailbox(mail.reply_to)}
    if mail.encrypted is not None:
        body["attachments"] = [_attachment(mail.encrypted)]
    return body


def probe_of(mail_from: str) -> dict[str, Any]:
    """A request that asks whether mail would be taken: to ourselves, and it goes nowhere."""
    empty = Mail("probe", 1, mail_from, "Probe", "Probe", "<p>Probe</p>", {})
    return payload(empty, mail_from, sandbox=True)


def _attachment(armour: str) -> dict[str, str]:
    return {
        "content": base64.b64encode(armour.encode("ascii")).decode("ascii"),
        "type": "application/octet-stream",
        "filename": "message.asc",
        "disposition": "attachment",
    }
