"""``tocsin doctor`` finds each thing that is wrong, says what to do, and never repeats a key or an address."""

import base64
import json
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from providers import a_mail_server, a_provider, smtp_settings
from tocsin.cli.doctor import doctor
from tocsin.devtools.sendgrid.app import Simulator
from tocsin.devtools.sendgrid.faults import Fault
from tocsin.mailer.__main__ import look_before_sending
from tocsin.mailer.checks import account
from tocsin.mailer.checks.account import of_clock, of_host
from tocsin.mailer.checks.examination import of_mail
from tocsin.mailer.checks.finding import Finding, Verdict
from tocsin.mailer.outlets import Outlets
from tocsin.runtime import clock
from tocsin.runtime.settings import Settings

FINE, WARNING, WRONG = Verdict.FINE, Verdict.WARNING, Verdict.WRONG


def _settings(folder: Path, simulator: Simulator, **over: Any) -> Settings:
    reading_key = folder / "reading.key"
    given: dict[str, Any] = {"home": folder, "sendgrid_host": simulator.url, "sendgrid_reading_key_file": reading_key}
    return Settings(**(given | over))


def _found(settings: Settings) -> dict[str, Finding]:
    return {finding.check: finding for finding in of_mail(settings)}


def _of_two_keys(folder: Path) -> Any:
    return a_provider(folder, sendgrid_reading_key_file=folder / "reading.key")


def test_a_deployment_in_order_has_nothing_wrong(tmp_path: Path) -> None:
    with _of_two_keys(tmp_path) as simulator, a_mail_server(tmp_path, simulator) as server:
        smtp = smtp_settings(tmp_path, server)
        found = _found(_settings(tmp_path, simulator, **smtp.model_dump(include=set(smtp.model_fields_set) - {"home"})))
        assert list(simulator.ledger.whole()) == [], "nothing is sent"
    assert {check: f.sentence for check, f in found.items() if f.verdict is WRONG} == {}
    assert [check for check, f in found.items() if f.verdict is WARNING] == ["region"], "it is a simulator"


def _tracks(simulator: Simulator) -> None:
    simulator.account.settings["tracking"]["open"]["enabled"] = True


def _tracks_links_in_text(simulator: Simulator) -> None:
    simulator.account.settings["tracking"]["click"]["enable_text"] = True


def _allows_clear_text(simulator: Simulator) -> None:
    simulator.account.settings["enforced_tls"]["require_tls"] = False


def _tells_nobody(simulator: Simulator) -> None:
    simulator.account.settings["event_webhooks"][0]["enabled"] = False


def _signs_nothing(simulator: Simulator) -> None:
    simulator.account.settings["event_webhooks"][0]["public_key"] = ""


def _signs_with_another_key(simulator: Simulator) -> None:
    simulator.account.settings["event_webhooks"][0]["public_key"] = base64.b64encode(b"another").decode()


def _sending_key_may_more(simulator: Simulator) -> None:
    simulator.keys.scopes[simulator.key] = ("mail.send", "suppression.read", "api_keys.create")


def _sending_key_may_not_send(simulator: Simulator) -> None:
    simulator.keys.scopes[simulator.key] = ("suppression.read",)


def _sender_is_not_verified(simulator: Simulator) -> None:
    simulator.account.verified_senders = {"other@tocsin.example"}


@pytest.mark.parametrize(
    ("spoil", "check"),
    [
        (_tracks, "tracking"),
        (_tracks_links_in_text, "tracking"),
        (_allows_clear_text, "enforced-tls"),
        (_tells_nobody, "event-webhook"),
        (_signs_nothing, "event-webhook"),
        (_signs_with_another_key, "event-webhook"),
        (_sending_key_may_more, "key-scopes"),
        (_sending_key_may_not_send, "key-scopes"),
        (_sender_is_not_verified, "sending"),
    ],
)
def test_what_is_wrong_with_the_account_is_found(
    tmp_path: Path, spoil: Callable[[Simulator], None], check: str
) -> None:
    with _of_two_keys(tmp_path) as simulator:
        spoil(simulator)
        found = _found(_settings(tmp_path, simulator))
        secrets = list(simulator.keys.scopes)
    assert found[check].verdict is WRONG
    assert not any(secret in str(found) for secret in secrets)


def test_what_the_key_may_not_ask_is_a_warning_and_no_judgement(tmp_path: Path) -> None:
    with _of_two_keys(tmp_path) as simulator:
        simulator.keys.scopes[simulator.reading_key] = ("messages.read",)
        found = _found(_settings(tmp_path, simulator))
    for check in ("tracking", "enforced-tls", "event-webhook"):
        assert found[check].verdict is WARNING
        assert "http-403" in found[check].sentence


@pytest.mark.parametrize(("mode", "verdict"), [(0o600, FINE), (0o400, FINE), (0o640, WRONG), (0o604, WRONG)])
def test_a_key_that_others_can_read_is_found(tmp_path: Path, mode: int, verdict: Verdict) -> None:
    with _of_two_keys(tmp_path) as simulator:
        (tmp_path / "sendgrid.key").chmod(mode)
        assert _found(_settings(tmp_path, simulator))["sending-key"].verdict is verdict


def test_a_missing_or_empty_key_is_found(tmp_path: Path) -> None:
    with _of_two_keys(tmp_path) as simulator:
        (tmp_path / "sendgrid.key").write_text("\n")
        found = _found(_settings(tmp_path, simulator))
        (tmp_path / "sendgrid.key").unlink()
        missing = _found(_settings(tmp_path, simulator))
    assert {found["sending-key"].verdict, missing["sending-key"].verdict, missing["sending"].verdict} == {WRONG}


@pytest.mark.parametrize(
    ("host", "verdict"),
    [
        ("https://api.sendgrid.com", FINE),
        ("https://api.eu.sendgrid.com", FINE),
        ("http://127.0.0.1:8083", WARNING),
        ("http://api.sendgrid.com", WRONG),
        ("https://api.sendgrid.com.evil.example", WARNING),
        ("api.sendgrid.com", WRONG),
    ],
)
def test_a_host_in_clear_text_is_wrong_and_a_strange_one_is_shown(host: str, verdict: Verdict) -> None:
    assert of_host(host).verdict is verdict


@pytest.mark.parametrize(
    ("apart", "verdict"), [(0, FINE), (10, FINE), (-60, WARNING), (60, WARNING), (300, WRONG), (-86400, WRONG)]
)
def test_a_clock_so_wrong_that_events_would_be_refused_is_found(tmp_path: Path, apart: int, verdict: Verdict) -> None:
    with _of_two_keys(tmp_path) as simulator:
        asked = Outlets(_settings(tmp_path, simulator)).account
        assert of_clock(asked, lambda: clock.now() + timedelta(seconds=apart)).verdict is verdict


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault.SMTP_NO_STARTTLS, "SMTPException"),
        (Fault.SMTP_WRONG_CERTIFICATE, "SSLCertVerificationError"),
        (Fault.SMTP_WRONG_PASSWORD, "SMTPAuthenticationError 535"),
        (Fault.SMTP_REFUSED, "SMTPConnectError"),
    ],
)
def test_a_mail_server_that_would_not_do_in_an_emergency_is_found(tmp_path: Path, fault: Fault, said: str) -> None:
    with _of_two_keys(tmp_path) as simulator, a_mail_server(tmp_path, simulator) as server:
        simulator.faults.plan(fault, 1)
        finding = _found(smtp_settings(tmp_path, server, sendgrid_host=simulator.url))["smtp"]
    assert finding.verdict is WRONG
    assert said in finding.sentence


def test_having_no_second_way_out_is_a_warning(tmp_path: Path) -> None:
    with _of_two_keys(tmp_path) as simulator:
        assert _found(_settings(tmp_path, simulator))["smtp"].verdict is WARNING


@pytest.mark.parametrize("spoil", [_tracks, _tracks_links_in_text, _allows_clear_text])
def test_the_mailer_does_not_start_where_readers_are_tracked_or_clear_text_is_allowed(
    tmp_path: Path, spoil: Callable[[Simulator], None]
) -> None:
    with _of_two_keys(tmp_path) as simulator:
        settings = _settings(tmp_path, simulator)
        look_before_sending(settings)
        spoil(simulator)
        with pytest.raises(SystemExit, match="does not start"):
            look_before_sending(settings)


def test_the_mailer_starts_where_it_cannot_ask_and_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    look_before_sending(Settings(home=tmp_path, sendgrid_host="http://127.0.0.1:9"))
    assert caplog.text.count("could not be checked") == len(
        account.at_start(Outlets(Settings(home=tmp_path, sendgrid_host="http://127.0.0.1:9")).account)
    )


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Simulator], None]:
    def given(simulator: Simulator) -> None:
        monkeypatch.setenv("TOCSIN_HOME", str(tmp_path))
        monkeypatch.setenv("TOCSIN_SENDGRID_HOST", simulator.url)
        monkeypatch.setenv("TOCSIN_SENDGRID_READING_KEY_FILE", str(tmp_path / "reading.key"))

    return given


def test_the_command_prints_json_and_exits_by_what_it_found(
    tmp_path: Path, environment: Callable[[Simulator], None]
) -> None:
    with _of_two_keys(tmp_path) as simulator:
        environment(simulator)
        well = CliRunner().invoke(doctor, ["--json"])
        _allows_clear_text(simulator)
        ill = CliRunner().invoke(doctor, ["--json"])
    assert (well.exit_code, ill.exit_code) == (0, 1)
    verdicts = {line["check"]: line["verdict"] for line in json.loads(ill.output)}
    assert verdicts["enforced-tls"] == "wrong"
    assert verdicts["directory"] == "warning", "nothing was started here yet, and nothing is made by looking"
    assert not (tmp_path / "tocsin.db").exists()


def test_the_command_prints_a_line_for_each_check(tmp_path: Path, environment: Callable[[Simulator], None]) -> None:
    with _of_two_keys(tmp_path) as simulator:
        environment(simulator)
        os.environ["COLUMNS"] = "80"
        shown = CliRunner().invoke(doctor, [])
    lines = [line for line in shown.output.splitlines() if line.startswith(("fine", "warning", "wrong"))]
    assert len(lines) == 11
    assert any("nothing else" in line for line in lines)
