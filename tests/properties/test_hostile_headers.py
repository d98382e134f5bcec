"""5,000 hostile strings in every place of a mail: it is refused, or has exactly the headers that it was given."""

import email
import json
import random
from dataclasses import replace
from datetime import UTC, datetime
from email.header import decode_header, make_header

from mailing import a_mail
from tocsin.mailer.providers.mime import as_mime
from tocsin.mailer.providers.sendgrid_payload import payload
from tocsin.mailer.providers.soundness import Unsound
from tocsin.mailer.sender import Mail

NUMBER = 5000
NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
FROM = "alerts@tocsin.example"
PLACES = ("subject", "to", "reply_to", "header", "header name", "delivery_id", "text")
PIECES = [
    *("\r\n", "\n", "\r", "\0", "\t", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x7f", "\x85", "\u2028", "\u2029"),
    *("Bcc: other@x.example", "Bcc:", "X-Injected: yes", "Content-Type: text/html", "\r\n\r\n<script>", "\r\n.\r\n"),
    *("=?utf-8?q?a=0d=0aBcc:_b?=", "=?utf-8?b?DQpCY2M6IGI=?=", "=?", "?=", "=0D=0A", "%0d%0a", "\\r\\n", "&#13;&#10;"),
    *("\ud800", "\udfff", "\uffff", "\u202e", "\u2066", "\u200b", "\ufeff", "é", "ж", "عاجل", "緊急", "🚨", "e\u0301"),
    *("a@b.example", "<a@b.example>", '"a b"@c.example', "a@b.example, c@d.example", "a@b@c.example", "@", ";", ","),
    *("(comment)", '"', "\\", "<", ">", ":", "[URGENT]", "HRD-7F3K-22Q", " ", "  ", "x" * 70, "x" * 1200, "a.b", "--"),
    *("boundary", "--===============", "From ", ".", "..", "{{ subject }}", "{% raw %}", "-subst-", "<%asm%>", "$(id)"),
]
WRITTEN_BY_US = {"From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"}


def _strings() -> list[str]:
    dice = random.Random(20261126)
    return ["".join(dice.choices(PIECES, k=dice.randint(1, 5))) for _ in range(NUMBER)]


def _with(place: str, hostile: str) -> Mail:
    mail = a_mail(headers={"References": "<case.1@tocsin.example>", "Auto-Submitted": "auto-generated"})
    if place == "header":
        return replace(mail, headers=mail.headers | {"List-Id": hostile})
    if place == "header name":
        return replace(mail, headers=mail.headers | {hostile: "value"})
    return replace(mail, **{place: hostile})


def _expected(mail: Mail) -> dict[str, str]:
    reply = {} if mail.reply_to is None else {"Reply-To": _served(mail.reply_to)}
    return {"To": _served(mail.to), "Subject": mail.subject} | reply | mail.headers


def _served(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.encode('idna').decode()}"


def _check_mime(mail: Mail) -> bool:
    try:
        raw = as_mime(mail, FROM, "tocsin.example", NOW)
    except Unsound:
        return False
    parsed = email.message_from_bytes(raw)  # by other code of the library than that which wrote it
    names, expected = parsed.keys(), _expected(mail)
    assert len(names) == len(set(names))
    assert set(names) == WRITTEN_BY_US | expected.keys()
    assert {name: str(make_header(decode_header(parsed[name]))) for name in expected} == expected
    assert [part.get_content_type() for part in parsed.get_payload()] == ["text/plain", "text/html"]
    return True


def _check_payload(mail: Mail) -> bool:
    try:
        body = json.loads(json.dumps(payload(mail, FROM)))
    except Unsound:
        return False
    assert body["headers"] == mail.headers
    assert (body["subject"], body["content"][0]["value"], body["content"][1]["value"]) == (
        mail.subject,
        mail.text,
        mail.html,
    )
    assert body["personalizations"][0].keys() == {"to", "custom_args"}
    assert body["personalizations"][0]["to"] == [{"email": _served(mail.to)}]
    assert body.get("reply_to") == (None if mail.reply_to is None else {"email": _served(mail.reply_to)})
    for value in (mail.subject, mail.to, mail.reply_to or "", *mail.headers, *mail.headers.values()):
        assert len(value.splitlines()) < 2
        assert "\0" not in value
    return True


def test_no_hostile_string_changes_the_headers_of_a_mail() -> None:
    passed = {"mime": 0, "payload": 0}
    for number, hostile in enumerate(_strings()):
        mail = _with(PLACES[number % len(PLACES)], hostile)
        passed["mime"] += _check_mime(mail)
        passed["payload"] += _check_payload(mail)
    assert min(passed.values()) > NUMBER / 10, "enough of them are harmless, and arrive as they are"
