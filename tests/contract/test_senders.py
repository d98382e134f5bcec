"""The real SendGrid client against the simulator, over loopback: every outcome of a send, and the log."""

import json
import logging
import os
import socket
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailing import a_mail, a_sender, a_simulator, clients_for
from tocsin.devtools.sendgrid.faults import Fault
from tocsin.mailer.sender import Accepted, LogUnavailable, Rejected, RetryAfter, Unknown
from tocsin.mailer.sendgrid import Clients, SendGridSender, payload
from tocsin.mailer.sent_log import SendGridLog
from tocsin.runtime import clock
from tocsin_schemas.deliveries import DeliveryState

SPECIFICATION = Path(os.environ.get("TOCSIN_SENDGRID_DESCRIPTION", "")) / "tsg_mail_v3.json"


def _mails(simulator) -> list[dict]:
    return list(simulator.ledger.whole())


def test_an_accepted_mail_is_in_the_ledger_as_it_was_given(tmp_path: Path) -> None:
    with a_simulator(tmp_path) as simulator:
        outcome = a_sender(simulator, tmp_path).send(a_mail())
        (kept,) = _mails(simulator)
    assert outcome == Accepted(kept["id"])
    assert kept["custom_args"] == {"d": "0f" * 16, "a": "1"}
    assert (kept["to"], kept["subject"]) == ("desk@mechanism.example", a_mail().subject)
    assert (kept["text"], kept["html"], kept["headers"]) == (a_mail().text, a_mail().html, a_mail().headers)


def test_a_sandboxed_mail_is_accepted_and_goes_nowhere(tmp_path: Path) -> None:
    with a_simulator(tmp_path) as simulator:
        assert a_sender(simulator, tmp_path, sandbox=True).send(a_mail()) == Accepted("")
        assert _mails(simulator) == []


@pytest.mark.parametrize(
    ("fault", "outcome", "kept"),
    [
        (Fault.DROP_BEFORE, Unknown("RemoteDisconnected"), 0),
        (Fault.DROP_AFTER, Unknown("RemoteDisconnected"), 1),
        (Fault.ERROR_BEFORE, Unknown("http-500"), 0),
        (Fault.ERROR_AFTER, Unknown("http-500"), 1),
        (Fault.HANG_BEFORE, Unknown("TimeoutError"), 0),
        (Fault.HANG_AFTER, Unknown("TimeoutError"), 1),
    ],
)
def test_without_an_answer_the_outcome_is_unknown(tmp_path: Path, fault: Fault, outcome: Unknown, kept: int) -> None:
    with a_simulator(tmp_path) as simulator:
        simulator.faults.plan(fault, 1, seconds=0.6)
        sender = a_sender(simulator, tmp_path, timeout=0.25)
        assert sender.send(a_mail()) == outcome
        assert len(_mails(simulator)) == kept
        assert isinstance(sender.send(a_mail()), Accepted), "the next mail fares as usual"


def test_a_slow_answer_is_an_answer(tmp_path: Path) -> None:
    with a_simulator(tmp_path) as simulator:
        simulator.faults.plan(Fault.SLOW, 1, seconds=0.2)
        assert isinstance(a_sender(simulator, tmp_path).send(a_mail()), Accepted)


def test_no_call_outlasts_ten_seconds_whatever_is_configured(tmp_path: Path) -> None:
    client = Clients("http://127.0.0.1:9", tmp_path / "sendgrid.key", timeout=3600).current()
    assert client.timeout == 10


def test_a_throttled_sender_waits_until_the_provider_says(tmp_path: Path) -> None:
    with a_simulator(tmp_path) as simulator:
        simulator.faults.plan(Fault.THROTTLE, 1, seconds=30)
        outcome = a_sender(simulator, tmp_path).send(a_mail())
    assert isinstance(outcome, RetryAfter)
    assert outcome.reason == "throttled"
    assert timedelta(seconds=25) < outcome.until - clock.now() < timedelta(seconds=35)


def test_a_wrong_key_stops_the_lane_and_a_new_key_opens_it(tmp_path: Path) -> None:
    with a_simulator(tmp_path) as simulator:
        sender = a_sender(simulator, tmp_path)
        key_file, key = tmp_path / "sendgrid.key", simulator.key
        key_file.write_text("SG.wrong")
        outcome = sender.send(a_mail())
        assert isinstance(outcome, RetryAfter)
        assert outcome.reason == "unauthorised"
        key_file.write_text(key)
        assert isinstance(sender.send(a_mail()), Accepted)
        assert (key_file.stat().st_mode & 0o077) == 0


def test_where_nobody_listens_nothing_has_left_the_host(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        host = f"http://127.0.0.1:{unused.getsockname()[1]}"
    sender = SendGridSender(Clients(host, tmp_path / "sendgrid.key", 1), "alerts@tocsin.example", clock.now)
    outcome = sender.send(a_mail())
    assert isinstance(outcome, RetryAfter)
    assert outcome.reason == "unreachable"


@pytest.mark.parametrize("over", [{"to": "no address"}, {"headers": {"Subject": "other"}}, {"text": ""}])
def test_a_mail_that_breaks_the_rules_is_rejected_for_good(tmp_path: Path, over: dict) -> None:
    with a_simulator(tmp_path) as simulator:
        assert a_sender(simulator, tmp_path).send(a_mail(**over)) == Rejected("http-400")
        assert _mails(simulator) == []


def test_a_subject_of_two_lines_never_reaches_the_client() -> None:
    with pytest.raises(ValueError, match="one line"):
        payload(a_mail(subject="a\r\nBcc: b@x.example"), "alerts@tocsin.example")


def test_neither_key_nor_mail_is_logged_at_any_level(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), a_simulator(tmp_path) as simulator:
        a_sender(simulator, tmp_path).send(a_mail())
        simulator.faults.plan(Fault.ERROR_AFTER, 1)
        a_sender(simulator, tmp_path).send(a_mail())
        key = simulator.key
    assert key not in caplog.text
    assert "mechanism.example" not in caplog.text


def test_everything_that_could_track_or_mark_a_reader_is_off() -> None:
    body = payload(a_mail(), "alerts@tocsin.example")
    assert set(body["tracking_settings"]) == {
        "click_tracking",
        "open_tracking",
        "subscription_tracking",
        "ganalytics",
    }
    assert not any(value["enable"] for value in body["tracking_settings"].values())
    assert not any(value["enable"] for value in body["mail_settings"].values())
    assert len(body["personalizations"]) == 1
    assert "categories" not in body
    assert "template_id" not in body


@pytest.mark.skipif(not SPECIFICATION.exists(), reason="the provider's description is not on this machine")
def test_the_payload_is_what_the_providers_own_description_asks_for() -> None:
    import jsonschema

    description = json.loads(SPECIFICATION.read_text())
    schema = description["components"]["requestBodies"]["PostMailSend"]["content"]["application/json"]["schema"]
    whole = schema | {"components": description["components"]}
    jsonschema.Draft202012Validator(whole).validate(payload(a_mail(), "alerts@tocsin.example"))


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
