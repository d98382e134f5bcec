"""The simulator keeps what it accepted, tells of it in signed events, and fails when asked to."""

import json
from pathlib import Path
from typing import Any

import pytest

from mailing import a_mail, a_sender, a_simulator, eventually
from providers import fetch, listening
from tocsin.devtools.sendgrid.api import ensure_key
from tocsin.devtools.sendgrid.faults import Fault
from tocsin.devtools.sendgrid.ledger import Ledger
from tocsin.devtools.sendgrid.validation import errors_of
from tocsin.mailer.evidence.signatures import SIGNATURE_HEADER, TIMESTAMP_HEADER, is_signed, load_key
from tocsin.mailer.providers.sendgrid_payload import payload


@pytest.mark.parametrize(
    ("address", "events"),
    [
        ("desk@m.example", ["processed", "delivered"]),
        ("bounce@m.example", ["processed", "bounce"]),
        ("drop.box@m.example", ["dropped"]),
        ("defer@m.example", ["processed", "deferred", "delivered"]),
    ],
)
def test_an_address_scripts_what_becomes_of_its_mail(tmp_path: Path, address: str, events: list[str]) -> None:
    with listening() as (listener, url), a_simulator(tmp_path, url) as simulator:
        a_sender(simulator, tmp_path).send(a_mail(address))
        eventually(lambda: listener.names() == events)
        assert all(event["d"] == "0f" * 16 and event["a"] == "1" for event in listener.events())
        post = listener.posts[0]
        key = load_key((tmp_path / "webhook-public.pem").read_bytes())
    signature, timestamp = (post.headers[name.casefold()] for name in (SIGNATURE_HEADER, TIMESTAMP_HEADER))
    assert is_signed(key, signature, timestamp, post.body)


def test_events_are_posted_until_they_are_taken(tmp_path: Path) -> None:
    with listening() as (listener, url), a_simulator(tmp_path, url) as simulator:
        listener.statuses = [500, 403]
        a_sender(simulator, tmp_path).send(a_mail("drop@m.example"))
        eventually(lambda: listener.names() == ["dropped"])


def test_events_not_taken_before_a_restart_come_after_it_under_the_same_ids(tmp_path: Path) -> None:
    with a_simulator(tmp_path) as simulator:
        a_sender(simulator, tmp_path).send(a_mail("drop@m.example"))
    with listening() as (listener, url):
        with a_simulator(tmp_path, url):
            eventually(lambda: listener.names() == ["dropped"])
        with a_simulator(tmp_path, url) as simulator:
            a_sender(simulator, tmp_path).send(a_mail("drop2@m.example"))
            eventually(lambda: len(listener.names()) == 2)
        assert len({event["sg_event_id"] for event in listener.events()}) == 2


def test_lost_and_doubled_events(tmp_path: Path) -> None:
    with listening() as (listener, url), a_simulator(tmp_path, url) as simulator:
        simulator.faults.plan(Fault.EVENTS_LOST, 1)
        simulator.faults.plan(Fault.EVENTS_TWICE, 1)
        sender = a_sender(simulator, tmp_path)
        sender.send(a_mail("drop@m.example", delivery_id="aa" * 16))
        sender.send(a_mail("drop@m.example", delivery_id="bb" * 16))
        eventually(lambda: len(listener.names()) == 2)
        assert {event["d"] for event in listener.events()} == {"bb" * 16}


def test_the_ledger_outlives_a_restart_and_a_line_cut_short(tmp_path: Path) -> None:
    with a_simulator(tmp_path) as simulator:
        a_sender(simulator, tmp_path).send(a_mail())
        (kept,) = simulator.ledger.whole()
    path = tmp_path / "simulator" / "ledger.jsonl"
    with path.open("ab") as file:
        file.write(b'{"id": "half a line')
    again = Ledger(path)
    assert list(again.whole()) == [kept]
    assert again.find(kept["id"]) == kept
    again.append(kept | {"id": "second"})
    assert [mail["id"] for mail in again.whole()] == [kept["id"], "second"]
    again.close()


def test_the_key_is_private_and_stays(tmp_path: Path) -> None:
    first = ensure_key(tmp_path / "sendgrid.key")
    assert ensure_key(tmp_path / "sendgrid.key") == first
    assert (tmp_path / "sendgrid.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"personalizations": []}, "personalizations"),
        ({"personalizations": [{"to": []}]}, "personalizations.0.to"),
        ({"personalizations": [{"to": [{"email": "nobody"}]}]}, "personalizations.0.to.0.email"),
        ({"personalizations": [{"to": [{"email": "a@b.c"}, {"email": "A@b.c"}]}]}, "personalizations.0.to"),
        (
            {"personalizations": [{"to": [{"email": "a@b.c"}], "custom_args": {"a": 1}}]},
            "personalizations.0.custom_args",
        ),
        ({"from": {}}, "from.email"),
        ({"subject": " "}, "subject"),
        ({"content": []}, "content"),
        (
            {"content": [{"type": "text/html", "value": "x"}, {"type": "text/plain", "value": "x"}]},
            "content.0.type",
        ),
        ({"headers": {"Reply-To": "a@b.c"}}, "headers.Reply-To"),
        ({"reply_to": {"email": "nobody"}}, "reply_to.email"),
        ({"reply_to": {"email": "a@b.c"}, "reply_to_list": [{"email": "d@e.f"}]}, "reply_to_list"),
        ({"attachments": [{"content": "not base64!", "filename": "a.pdf"}]}, "attachments.0.content"),
        ({"attachments": [{"content": "QQ=="}]}, "attachments.0.filename"),
        ({"attachments": [{"content": "QQ==", "filename": "a", "disposition": "x"}]}, "attachments.0.disposition"),
        ({"categories": [f"c{n}" for n in range(11)]}, "categories"),
        ({"categories": ["c" * 256]}, "categories"),
        (
            {"personalizations": [{"to": [{"email": "a@b.c"}], "custom_args": {"d": "é" * 5000}}]},
            "personalizations.0.custom_args",
        ),
        (
            {"personalizations": [{"to": [{"email": "a@b.c"}], "headers": {"Bcc": "x@y.z"}}]},
            "personalizations.0.headers.Bcc",
        ),
        ({"personalizations": [{"to": [{"email": "a@b.c"}], "cc": [{"email": "a@b.c"}]}]}, "personalizations.0.cc"),
    ],
)
def test_what_breaks_the_providers_rules_is_refused_with_the_field(change: dict[str, Any], field: str) -> None:
    sound = payload(a_mail(), "alerts@tocsin.example")
    assert errors_of(sound) == []
    assert [error["field"] for error in errors_of(sound | change)] == [field]
    assert errors_of([]) != []


def test_pages_show_mails_safely_and_without_script(tmp_path: Path) -> None:
    with a_simulator(tmp_path) as simulator:
        hostile = a_mail(subject="UA · HRD-7F3K-22Q <script>", html="<script>1</script><p>Bonjour</p>")
        a_sender(simulator, tmp_path).send(hostile)
        a_sender(simulator, tmp_path).send(a_mail())
        mail_id = simulator.ledger.newest(2)[1].id
        status, headers, page = fetch(f"{simulator.url}/")
        assert status == 200
        assert "<script" not in page
        assert page.count("<article") == 1, "one thread"
        assert "script-src" not in headers["Content-Security-Policy"]
        _, _, one = fetch(f"{simulator.url}/mails/{mail_id}")
        assert "<script" not in one
        assert "sandbox=" in one
        _, headers, body = fetch(f"{simulator.url}/mails/{mail_id}/html")
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert "sandbox" in headers["Content-Security-Policy"]
        assert body == hostile.html
        assert fetch(f"{simulator.url}/mails/none")[0] == 404
        assert fetch(f"{simulator.url}/style.css")[0] == 200


def test_checkers_read_the_ledger_and_plan_faults_over_http(tmp_path: Path) -> None:
    with a_simulator(tmp_path) as simulator:
        a_sender(simulator, tmp_path).send(a_mail())
        _, _, body = fetch(f"{simulator.url}/simulator/ledger")
        assert [mail["to"] for mail in json.loads(body)["mails"]] == ["desk@mechanism.example"]
        _, _, brief = fetch(f"{simulator.url}/simulator/ledger?bodies=no")
        assert "text" not in json.loads(brief)["mails"][0]
        faults = f"{simulator.url}/simulator/faults"
        assert fetch(faults, {"fault": "drop_after", "times": 2})[2] == '{"drop_after": 2}'
        assert fetch(faults, {"fault": "fire"})[0] == 400
        assert fetch(faults, {"clear": True})[2] == "{}"


def test_without_the_key_nothing_is_answered(tmp_path: Path) -> None:
    with a_simulator(tmp_path) as simulator:
        assert fetch(f"{simulator.url}/v3/mail/send", {}, Authorization="Bearer SG.no")[0] == 401
        authorised = {"Authorization": f"Bearer {simulator.key}"}
        assert fetch(f"{simulator.url}/v3/logs/none", **authorised)[0] == 404
        assert fetch(f"{simulator.url}/v3/logs", {"query": "everything please"}, **authorised)[0] == 400
        assert fetch(f"{simulator.url}/v3/logs", {}, **authorised)[2] == '{"messages": []}'
        assert fetch(f"{simulator.url}/v3/mail/send", [], **authorised)[0] == 400
