"""What becomes of a mail, and how the events of it reach the webhook or fail to."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mailing import a_mail, a_sender, clients_for, eventually
from providers import Listener, a_provider, listening
from tocsin.devtools.sendgrid.app import Simulator
from tocsin.devtools.sendgrid.faults import Fault
from tocsin.devtools.sendgrid.logs import Known, detail, search
from tocsin.mailer.evidence.signatures import SIGNATURE_HEADER, TIMESTAMP_HEADER, is_signed, load_key
from tocsin.mailer.providers.sent_log import SendGridLog
from tocsin.mailer.sender import LogUnavailable
from tocsin.runtime import clock

LONG = timedelta(hours=25)
Both = tuple[Simulator, Listener, Path]


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Both]:
    with listening() as (listener, url), a_provider(tmp_path, url) as simulator:
        yield simulator, listener, tmp_path


def send(simulator: Simulator, home: Path, to: str = "desk@m.example") -> None:
    a_sender(simulator, home).send(a_mail(to))


@pytest.mark.parametrize(
    ("fault", "events"),
    [
        (Fault.BOUNCED, ["processed", "bounce"]),
        (Fault.BLOCKED, ["processed", "bounce"]),
        (Fault.SUPPRESSED, ["dropped"]),
        (Fault.DEFERRED, ["processed", "deferred", "delivered"]),
        (Fault.DEFERRED_LONG, ["processed", "deferred", "deferred", "deferred", "delivered"]),
        (Fault.DELIVERED_THEN_BOUNCED, ["processed", "delivered", "bounce"]),
        (Fault.COMPLAINED, ["processed", "delivered", "spamreport"]),
    ],
)
def test_an_accepted_mail_fares_as_planned(both: Both, fault: Fault, events: list[str]) -> None:
    simulator, listener, home = both
    simulator.faults.plan(fault, 1, to="desk@m.example")
    send(simulator, home)
    simulator.clock.advance(LONG)
    eventually(lambda: listener.names() == events)
    send(simulator, home, "other@m.example")
    simulator.clock.advance(LONG)
    eventually(lambda: listener.names() == [*events, "processed", "delivered"])


def test_a_block_for_want_of_tls_says_so_in_event_and_log(both: Both) -> None:
    simulator, listener, home = both
    send(simulator, home, "notls@m.example")
    simulator.clock.advance(LONG)
    eventually(lambda: len(listener.events()) == 2)
    (_, blocked) = listener.events()
    assert (blocked["type"], blocked["reason"]) == ("blocked", "TLS required but not supported")
    (found,) = search(Known(simulator.ledger, simulator.clock.now()), "status IN ('blocked')", 10)
    assert found["reason"] == blocked["reason"]


def test_reordered_events_come_last_first(both: Both) -> None:
    simulator, listener, home = both
    simulator.faults.plan(Fault.EVENTS_REORDERED)
    send(simulator, home, "defer@m.example")
    eventually(lambda: listener.names() == ["delivered", "deferred", "processed"])


def test_each_event_comes_46_times_under_one_id(both: Both) -> None:
    simulator, listener, home = both
    simulator.faults.plan(Fault.EVENTS_MANY)
    send(simulator, home, "drop@m.example")
    eventually(lambda: len(listener.events()) == 46)
    assert len({event["sg_event_id"] for event in listener.events()}) == 1


def test_delayed_events_come_when_the_simulators_day_has_passed(both: Both) -> None:
    simulator, listener, home = both
    simulator.faults.plan(Fault.EVENTS_DELAYED, 1, 24 * 3600, to="desk@m.example")
    send(simulator, home)
    send(simulator, home, "drop@m.example")
    eventually(lambda: listener.names() == ["dropped"])
    simulator.clock.advance(LONG)
    eventually(lambda: listener.names() == ["dropped", "processed", "delivered"])
    assert clock.now().timestamp() - listener.events()[1]["timestamp"] < 60, "they tell of the time when it happened"


def test_lost_events_stay_lost_after_a_restart(tmp_path: Path) -> None:
    with listening() as (listener, url):
        with a_provider(tmp_path, url) as simulator:
            simulator.faults.plan(Fault.EVENTS_LOST, 1, to="drop@m.example")
            send(simulator, tmp_path, "drop@m.example")
            send(simulator, tmp_path, "drop2@m.example")
            eventually(lambda: listener.names() == ["dropped"])
        with a_provider(tmp_path, url) as simulator:
            send(simulator, tmp_path, "drop3@m.example")
            eventually(lambda: len(listener.names()) == 2)
    assert {event["email"] for event in listener.events()} == {"drop2@m.example", "drop3@m.example"}


def test_a_bad_signature_does_not_verify_and_the_post_comes_again_with_a_good_one(both: Both) -> None:
    simulator, listener, home = both
    key = load_key((home / "webhook-public.pem").read_bytes())
    listener.statuses = [403]
    simulator.faults.plan(Fault.EVENTS_BADLY_SIGNED, 2)
    send(simulator, home, "drop@m.example")
    eventually(lambda: len(listener.posts) == 1)
    post = listener.posts[0]
    signature, timestamp = (post.headers[name.casefold()] for name in (SIGNATURE_HEADER, TIMESTAMP_HEADER))
    assert not is_signed(key, signature, timestamp, post.body)
    assert listener.refused == 1


def test_items_that_are_no_events_stand_among_good_ones(both: Both) -> None:
    simulator, listener, home = both
    simulator.faults.plan(Fault.EVENTS_MALFORMED)
    send(simulator, home, "drop@m.example")
    eventually(lambda: len(listener.posts) == 1)
    found: list[Any] = json.loads(listener.posts[0].body)
    assert [item["event"] for item in found if isinstance(item, dict) and item.get("d") == "0f" * 16] == ["dropped"]
    assert None in found
    assert [] in found


def test_a_post_that_is_no_json_precedes_the_good_one(both: Both) -> None:
    simulator, listener, home = both
    listener.statuses = [400]
    simulator.faults.plan(Fault.EVENTS_NOT_JSON)
    send(simulator, home, "drop@m.example")
    eventually(lambda: listener.names() == ["dropped"])
    assert listener.refused == 1


def test_the_log_lags_is_throttled_and_recovers(both: Both) -> None:
    simulator, _, home = both
    send(simulator, home)
    log, since = SendGridLog(clients_for(simulator, home)), clock.now()
    simulator.faults.plan(Fault.LOG_LAGGING, 1, 600, to="desk@m.example")
    assert log.find("0f" * 16, "desk@m.example", "HRD", since) is None
    simulator.faults.plan(Fault.LOG_THROTTLED, 1)
    with pytest.raises(LogUnavailable):
        log.find("0f" * 16, "desk@m.example", "HRD", since)
    assert log.find("0f" * 16, "desk@m.example", "HRD", since) is not None


def test_the_log_keeps_arguments_apart_from_the_fields_of_an_event(both: Both) -> None:
    simulator, _, home = both
    send(simulator, home, "defer@m.example")
    (entry,) = simulator.ledger.newest(1)
    found = detail(Known(simulator.ledger, simulator.clock.now() + LONG), entry.id)
    assert found is not None
    assert all("d" not in event and event["custom_args"]["d"] == "0f" * 16 for event in found["events"])
    assert [event.get("attempt") for event in found["events"]] == [None, 1, None]
