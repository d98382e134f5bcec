"""What is SendGrid's own: its answers and headers, sandbox, settings of each mail, description, and log."""

import base64
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from loopback import Handler, on_loopback
from mailing import a_mail, a_sender, a_simulator, clients_for
from tocsin.devtools.sendgrid.faults import Fault
from tocsin.mailer.providers.account import LISTS, Account
from tocsin.mailer.providers.sendgrid import Clients, SendGridSender
from tocsin.mailer.providers.sendgrid_payload import payload, probe_of
from tocsin.mailer.providers.sent_log import SendGridLog
from tocsin.mailer.sender import Accepted, LogUnavailable, Rejected, RetryAfter, Unknown
from tocsin.runtime import clock
from tocsin_schemas.deliveries import DeliveryState

BESIDE = Path(__file__).parents[2].parent / "shared/data/sendgrid-openapi"
DESCRIPTION = Path(os.environ.get("TOCSIN_SENDGRID_DESCRIPTION", BESIDE)) / "tsg_mail_v3.json"
FROM = "alerts@tocsin.example"
ARMOUR = "-----BEGIN PGP MESSAGE-----\n\nwcBMA0000\n-----END PGP MESSAGE-----\n"


def _mails(simulator: Any) -> list[dict]:
    return list(simulator.ledger.whole())


def test_ids_go_with_the_recipient_and_are_opaque(tmp_path: Path) -> None:
    with a_simulator(tmp_path) as simulator:
        outcome = a_sender(simulator, tmp_path).send(a_mail())
        (kept,) = _mails(simulator)
    assert outcome == Accepted(kept["id"])
    assert kept["custom_args"] == {"d": "0f" * 16, "a": "1"}


def test_a_sandboxed_mail_is_accepted_and_goes_nowhere(tmp_path: Path) -> None:
    with a_simulator(tmp_path) as simulator:
        assert a_sender(simulator, tmp_path, sandbox=True).send(a_mail()) == Accepted("")
        assert _mails(simulator) == []


@pytest.mark.parametrize(
    ("fault", "outcome", "kept"),
    [
        (Fault.DROP_BEFORE, Unknown("RemoteDisconnected"), 0),
        (Fault.DROP_AFTER, Unknown("RemoteDisconnected"), 1),
        (Fault.CUT_ANSWER, Unknown("BadStatusLine"), 1),
        (Fault.ERROR_BEFORE, Unknown("http-500"), 0),
        (Fault.ERROR_AFTER, Unknown("http-500"), 1),
        (Fault.BAD_GATEWAY_AFTER, Unknown("http-502"), 1),
        (Fault.UNAVAILABLE_BEFORE, Unknown("http-503"), 0),
        (Fault.GATEWAY_TIMEOUT_AFTER, Unknown("http-504"), 1),
        (Fault.TOO_LARGE, Rejected("http-413"), 0),
        (Fault.INVALID, Rejected("http-400"), 0),
    ],
)
def test_each_answer_has_one_outcome(tmp_path: Path, fault: Fault, outcome: Any, kept: int) -> None:
    with a_simulator(tmp_path) as simulator:
        simulator.faults.plan(fault, 1)
        sender = a_sender(simulator, tmp_path)
        assert sender.send(a_mail()) == outcome
        assert len(_mails(simulator)) == kept
        assert isinstance(sender.send(a_mail()), Accepted), "the next mail fares as usual"


def test_an_unverified_sender_stops_the_lane_as_a_wrong_key_does(tmp_path: Path) -> None:
    with a_simulator(tmp_path) as simulator:
        simulator.account.verified_senders = {"other@tocsin.example"}
        outcome = a_sender(simulator, tmp_path).send(a_mail())
    assert isinstance(outcome, RetryAfter)
    assert outcome.reason == "unauthorised"
    assert outcome.until - clock.now() > timedelta(seconds=20)


def test_a_slow_answer_is_an_answer(tmp_path: Path) -> None:
    with a_simulator(tmp_path) as simulator:
        simulator.faults.plan(Fault.SLOW, 1, seconds=0.2)
        assert isinstance(a_sender(simulator, tmp_path).send(a_mail()), Accepted)


@pytest.mark.parametrize(
    ("fault", "seconds", "least", "most"),
    [
        (Fault.THROTTLE, 30, 25, 35),
        (Fault.THROTTLE, 10**7, 590, 601),
        (Fault.THROTTLE_PAST, 30, 0.5, 1.1),
        (Fault.THROTTLE_BARE, 0, 0.5, 1.1),
    ],
)
def test_a_throttled_sender_waits_as_the_provider_says_within_reason(
    tmp_path: Path, fault: Fault, seconds: float, least: float, most: float
) -> None:
    with a_simulator(tmp_path) as simulator:
        simulator.faults.plan(fault, 1, seconds=seconds)
        outcome = a_sender(simulator, tmp_path).send(a_mail())
    assert isinstance(outcome, RetryAfter)
    assert outcome.reason == "throttled"
    assert timedelta(seconds=least) < outcome.until - clock.now() < timedelta(seconds=most)


@contextmanager
def _answering(status: int, headers: dict[str, str]) -> Iterator[tuple[str, list[str]]]:
    """A host that gives every request one answer; beside it, the requests' paths."""
    asked: list[str] = []

    class Answering(Handler):
        def respond(self) -> None:
            asked.append(f"{self.command} {self.path} {self.headers['Authorization']}")
            self.content()
            self.answer(status, headers=headers)

    with on_loopback(Answering) as host:
        yield host, asked


def _sender(host: str, folder: Path) -> SendGridSender:
    (folder / "sendgrid.key").write_text("SG.key")
    return SendGridSender(Clients(host, folder / "sendgrid.key", 1), FROM, clock.now)


def test_when_the_allowance_is_used_up_the_next_mail_waits_without_being_refused(tmp_path: Path) -> None:
    reset = str(int(clock.now().timestamp()) + 20)
    headers = {"X-Message-Id": "id", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}
    with _answering(202, headers) as (host, asked):
        sender = _sender(host, tmp_path)
        assert sender.send(a_mail()) == Accepted("id")
        outcome = sender.send(a_mail())
        assert len(asked) == 1
    assert isinstance(outcome, RetryAfter)
    assert (outcome.reason, int(outcome.until.timestamp())) == ("throttled", int(reset))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_so_that_no_other_host_gets_the_key(tmp_path: Path, status: int) -> None:
    with _answering(202, {}) as (other, asked), _answering(status, {"Location": other}) as (host, _):
        assert _sender(host, tmp_path).send(a_mail()) == Unknown(f"http-{status}")
        assert asked == []


@pytest.mark.parametrize("status", [200, 201, 204])
def test_only_202_says_that_a_mail_was_taken(tmp_path: Path, status: int) -> None:
    with _answering(status, {"X-Message-Id": "id"}) as (host, _):
        assert _sender(host, tmp_path).send(a_mail()) == Unknown(f"http-{status}")


def test_everything_that_could_track_or_mark_a_reader_is_off() -> None:
    body = payload(a_mail(), FROM)
    assert set(body["tracking_settings"]) == {
        "click_tracking",
        "open_tracking",
        "subscription_tracking",
        "ganalytics",
    }
    assert not any(value["enable"] for value in body["tracking_settings"].values())
    assert body["tracking_settings"]["click_tracking"]["enable_text"] is False
    assert not any(value["enable"] for value in body["mail_settings"].values())
    assert len(body["personalizations"]) == 1
    assert not {"categories", "template_id", "custom_args", "send_at", "batch_id"} & body.keys()


def test_an_encrypted_mail_is_an_attachment_with_a_neutral_name(tmp_path: Path) -> None:
    with a_simulator(tmp_path) as simulator:
        mail = a_mail(encrypted=ARMOUR, text="An encrypted message is attached.\n")
        assert isinstance(a_sender(simulator, tmp_path).send(mail), Accepted)
        (kept,) = _mails(simulator)
    (attached,) = kept["attachments"]
    assert base64.b64decode(attached["content"]).decode() == ARMOUR
    assert (attached["filename"], attached["type"]) == ("message.asc", "application/octet-stream")


@pytest.mark.skipif(not DESCRIPTION.exists(), reason="the provider's description is not on this machine")
def test_every_body_is_what_the_providers_own_description_asks_for() -> None:
    import jsonschema

    description = json.loads(DESCRIPTION.read_text())
    schema = description["components"]["requestBodies"]["PostMailSend"]["content"]["application/json"]["schema"]
    whole = jsonschema.Draft202012Validator(schema | {"components": description["components"]})
    for body in (
        payload(a_mail(), FROM),
        payload(a_mail(reply_to="answer+1@reply.example", encrypted=ARMOUR), FROM, sandbox=True),
        probe_of(FROM),
    ):
        whole.validate(body)


def test_the_log_finds_a_mail_by_its_opaque_id_alone(tmp_path: Path) -> None:
    with a_simulator(tmp_path) as simulator:
        sender, log = a_sender(simulator, tmp_path), SendGridLog(clients_for(simulator, tmp_path))
        since = datetime.now(UTC)
        sender.send(a_mail(delivery_id="aa" * 16))
        sender.send(a_mail(delivery_id="bb" * 16, to="bounce@mechanism.example"))
        assert log.find("bb" * 16, "desk@mechanism.example", "HRD-7F3K-22Q", since) is None
        assert log.find("aa" * 16, "desk@mechanism.example", "HRD-0000-000", since) is None
        found = log.find("aa" * 16, "desk@mechanism.example", "HRD-7F3K-22Q", since)
        time.sleep(0.4)
        bounced = log.find("bb" * 16, "bounce@mechanism.example", "HRD-7F3K-22Q", since)
    assert found is not None
    assert found.state in {DeliveryState.ACCEPTED, DeliveryState.DELIVERED}
    assert bounced is not None
    assert bounced.state is DeliveryState.BOUNCED


def test_a_log_that_cannot_be_asked_says_so_rather_than_no(tmp_path: Path) -> None:
    with a_simulator(tmp_path) as simulator:
        simulator.faults.plan(Fault.LOG_UNAVAILABLE, 1)
        with pytest.raises(LogUnavailable):
            SendGridLog(clients_for(simulator, tmp_path)).find("aa" * 16, "a@b.example", "HRD", clock.now())


def test_lists_longer_than_a_page_are_read_to_their_end(tmp_path: Path) -> None:
    with a_simulator(tmp_path) as simulator:
        simulator.account.save = lambda: None  # a thousand times
        account, at = Account(clients_for(simulator, tmp_path)), clock.now()
        for number in range(1001):
            simulator.account.suppress("bounces", f"desk{number}@mechanism.example", at)
        found = {name: list(account.suppressed(name)) for name in LISTS}
    assert len({row.address for row in found["bounces"]}) == 1001
    assert {name for name in LISTS if found[name]} == {"bounces"}
    assert found["bounces"][0].since == at.replace(microsecond=0)
