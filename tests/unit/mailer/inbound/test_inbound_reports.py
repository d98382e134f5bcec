"""A mail server's report moves a delivery that went by SMTP, by its token alone, and never the wrong way unsigned."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from inbound_mails import CORPUS, DESK, DOMAIN, Post, a_form, a_raw, raw_fields
from mailing import an_office
from tocsin.mailer.reply_addresses import bounce_of
from tocsin.store import tables
from tocsin.store.database import reading, unit_of_work

REPORTS = [sample for sample in CORPUS if sample["kind"] == "delivery_status"]
FAILED, DELIVERED = REPORTS[0], next(sample for sample in REPORTS if sample.get("state") == "delivered")


class Sent:
    """One mail that was accepted by a provider."""

    def __init__(self, home: Path, provider: str = "smtp") -> None:
        self.office = an_office(home)
        self.post = Post(self.office, home)
        self.delivery_id = self.office.request(DESK)
        with unit_of_work(self.office.engine) as connection:
            connection.execute(tables.deliveries.update().values(state="accepted", provider=provider))

    def reported(self, sample: dict[str, Any], to: str = "", **over: Any) -> str:
        """The state after a report that answers ``to``; by default the address for mail servers."""
        address = to or str(bounce_of(self.post.address(self.delivery_id)))
        raw = a_raw(sample, address, self.post.token(self.delivery_id) if not to else "none")
        assert self.post.send(raw_fields(raw, address, ""), **over) == 200
        return self.office.find(self.delivery_id).state.value


@pytest.mark.parametrize("sample", REPORTS, ids=lambda sample: sample["name"])
def test_a_report_moves_the_delivery_to_what_it_says(tmp_path: Path, sample: dict[str, Any]) -> None:
    sent = Sent(tmp_path)
    assert sent.reported(sample) == sample.get("state", "accepted")
    with reading(sent.office.engine) as connection:
        history = connection.execute(select(tables.delivery_history).order_by(tables.delivery_history.c.id)).all()
    assert (history[-1].cause == "delivery_status") == ("state" in sample)


def test_the_code_is_kept_and_nothing_else_of_the_report(tmp_path: Path) -> None:
    sent = Sent(tmp_path)
    sent.reported(FAILED)
    with reading(sent.office.engine) as connection:
        details = connection.execute(select(tables.delivery_history.c.detail)).scalars().all()
    assert details[-1] == "5.1.1"


def test_a_report_on_a_mail_of_the_other_provider_moves_nothing(tmp_path: Path) -> None:
    assert Sent(tmp_path, "sendgrid").reported(FAILED) == "accepted"


def test_a_report_without_a_token_moves_nothing(tmp_path: Path) -> None:
    sent = Sent(tmp_path)
    assert sent.reported(FAILED, to=f"bounce+{sent.delivery_id}@{DOMAIN}") == "accepted"
    assert sent.reported(FAILED, to=f"bounce+{sent.delivery_id}.{'0' * 20}@{DOMAIN}") == "accepted"


@pytest.mark.parametrize("place", ["Original-Envelope-Id: TOKEN", "Reply-To: ADDRESS"])
def test_the_token_may_stand_in_the_envelopes_id_or_in_the_headers_sent_back(tmp_path: Path, place: str) -> None:
    sent = Sent(tmp_path)
    other = {"Original-Envelope-Id: TOKEN", "Reply-To: ADDRESS"} - {place}
    sample = FAILED | {"body": FAILED["body"].replace(other.pop(), "X: y")}
    raw = a_raw(sample, sent.post.address(sent.delivery_id), sent.post.token(sent.delivery_id))
    raw = raw.replace(b"To: " + sent.post.address(sent.delivery_id).encode(), b"To: alerts@tocsin.example", 1)
    assert sent.post.send(raw_fields(raw, "alerts@tocsin.example", "")) == 200
    assert sent.office.find(sent.delivery_id).state.value == "bounced"


def test_unsigned_a_report_may_say_that_a_mail_did_not_arrive_but_not_that_it_did(tmp_path: Path) -> None:
    sent = Sent(tmp_path)
    assert sent.reported(DELIVERED, signed=False) == "accepted"
    assert sent.reported(FAILED, signed=False) == "bounced"


def test_a_late_delay_takes_nothing_back(tmp_path: Path) -> None:
    sent = Sent(tmp_path)
    assert sent.reported(FAILED) == "bounced"
    assert sent.reported(REPORTS[1]) == "bounced"


def test_a_report_in_the_providers_own_fields_is_read_from_its_file(tmp_path: Path) -> None:
    sent = Sent(tmp_path)
    head, _, body = a_raw(FAILED, "x@y.example", sent.post.token(sent.delivery_id)).partition(b"\r\n\r\n")
    status = body.split(b"delivery-status\r\n\r\n")[1].split(b"--b")[0]
    fields = [("headers", head), ("text", b"Sorry."), ("attachment1; status; message/delivery-status", status)]
    assert sent.post.send_body(a_form(fields)) == 200
    assert sent.office.find(sent.delivery_id).state.value == "bounced"
