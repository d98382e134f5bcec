"""What recipients and strangers write: on the pages of recipients, by mail, as the provider."""

import base64
import json
import re
import time
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import httpx
from sqlalchemy import select

from tocsin.devtools.leaks.browsing import Browser
from tocsin.devtools.leaks.house import PLAIN, House
from tocsin.devtools.leaks.values import OWN
from tocsin.store import tables
from tocsin.store.database import reading


def ledger(house: House) -> list[dict[str, Any]]:
    """Every mail that the provider has taken."""
    found = httpx.get(f"{house.stack.addresses['mailbox']}/simulator/ledger", timeout=60).json()
    return list(found["mails"])


def strangers_sign_in(house: House, count: int) -> None:
    """Addresses that nobody has, at the door; a code that is none; pages that are not there."""
    hand = house.hand
    for _ in range(count):
        person = Browser.at(house.stack.addresses["pages"], house.seen)
        case, name = (hand(f"typed into {what}", "latin", perhaps=(OWN,)) for what in ("an address", "a query"))
        person.get(f"/cases/{case}?{name}=1")
        person.get("/sign-in")
        person.submit("/sign-in", {"address": hand.address("typed to sign in")})
        person.submit("/sign-in/code", {"code": hand("typed as a code of the pages")})


def recipient_reads_and_acts(house: House) -> int:
    """Signs in with the mailed code, reads every case, and records an action with a number. Returns how many cases."""
    person = Browser.at(house.stack.addresses["pages"], house.seen)
    person.get("/sign-in")
    person.submit("/sign-in", {"address": PLAIN})
    person.submit("/sign-in/code", {"code": _code(house)})
    person.get("/")
    cases = sorted({link.partition("?")[0] for link in person.links() if link.startswith("/cases/")})
    for case in cases:
        person.get(case)
    for case in cases[:4]:
        person.get(case)
        _act(house, person)
    return len(cases)


def _act(house: House, person: Browser) -> None:
    action = next(action for action in person.actions() if action.endswith("/actions"))
    typed = {"stands": "taken", "type": "urgent_appeal", "on": "2026-11-20", "scheme": "other"}
    person.submit(action, typed | {"reference": house.hand("number of a letter", open_in=(OWN,))})
    with_nonsense = {"answer": house.hand("answer that is none"), "reason": house.hand("reason that is none")}
    person.post(action.replace("/actions", "/answers"), with_nonsense)


def _code(house: House) -> str:
    """The newest that was mailed."""
    for _ in range(300):
        for mail in reversed(ledger(house)):
            if mail["to"] == PLAIN and (found := re.search(r"^(\d{6})$", mail["text"], re.MULTILINE)):
                return found[1]
        time.sleep(0.2)
    raise TimeoutError("no code was mailed")


def people_write_back(house: House, count: int) -> None:
    """Answers to mails, with names in subject, sender, text and attachment; and mail that answers nothing."""
    hand, mails = house.hand, [mail for mail in ledger(house) if mail.get("reply_to")]
    for number in range(count):
        answer = EmailMessage(policy=SMTP)
        answer["From"] = f"{hand('display name of a mail', 'latin')} <{hand.address('sender of a mail')}>"
        mail = mails[number % len(mails)]
        to = mail["reply_to"] if number % 2 == 0 else "nobody@reply.tocsin.example"
        answer["To"], answer["Subject"] = to, f"Re: {hand('subject of a mail')}"
        answer["Message-ID"] = f"<{hand('id of a mail', 'latin')}@family.example>"
        answer.set_content(
            f"I am {hand('text of a mail')}\n> {hand('quoted in a mail')}\n", cte="8bit" if number else "base64"
        )
        attached = hand("attached to a mail").encode()
        answer.add_attachment(attached, "text", "plain", filename=f"{hand('file name of an attachment')}.txt")
        raw = base64.b64encode(answer.as_bytes()).decode()
        house_url = f"{house.stack.addresses['mailbox']}/simulator/inbound"
        told = {"raw": raw, "sender": str(answer["From"]).partition("<")[2].rstrip(">"), "to": [to]}
        httpx.post(house_url, json=told, timeout=30).raise_for_status()


def provider_says(house: House) -> None:
    """Posts to both webhooks, unsigned, and with values where an error might repeat them."""
    hand, base = house.hand, house.stack.addresses["webhook"]
    event = {"event": hand("event"), "email": hand.address("bounced"), "reason": hand("reason of a bounce")}
    headers = {"x-twilio-email-event-webhook-signature": hand("webhook's signature", "latin")}
    headers["x-twilio-email-event-webhook-timestamp"] = hand("webhook's time", "latin")
    httpx.post(f"{base}/webhooks/sendgrid", content=json.dumps([event]).encode(), headers=headers, timeout=30)
    httpx.post(
        f"{base}/webhooks/inbound", data={"text": hand("unsigned mail"), hand("unsigned field"): "1"}, timeout=30
    )


def inbound_count(house: House) -> int:
    with reading(house.stack.engine) as connection:
        return len(connection.execute(select(tables.inbound_mails)).all())
