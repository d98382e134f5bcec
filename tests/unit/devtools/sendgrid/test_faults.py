"""Each fault strikes where and as often as it was planned, and only there."""

import http.client
import json
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from mailing import a_mail, eventually
from providers import a_provider, fetch
from tocsin.devtools.sendgrid.app import Simulator
from tocsin.devtools.sendgrid.faults import Fault, Faults
from tocsin.mailer.providers.sendgrid_payload import payload

CUT = 0
"""In place of a status: the connection ended without an answer."""


def send(simulator: Simulator, to: str = "desk@m.example") -> tuple[int, dict[str, str], Any]:
    host, port = simulator.listener.address
    connection = http.client.HTTPConnection(host, port, timeout=1)
    body = json.dumps(payload(a_mail(to), "alerts@tocsin.example"))
    try:
        connection.request("POST", "/v3/mail/send", body, {"Authorization": f"Bearer {simulator.key}"})
        answer = connection.getresponse()
        text = answer.read().decode()
        headers = dict(answer.getheaders())
        return answer.status, headers, json.loads(text) if "json" in headers.get("Content-Type", "") else text
    except (http.client.HTTPException, ConnectionError):
        return CUT, {}, None
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("fault", "status", "kept"),
    [
        (Fault.DROP_BEFORE, CUT, 0),
        (Fault.DROP_AFTER, CUT, 1),
        (Fault.CUT_ANSWER, CUT, 1),
        (Fault.HANG_BEFORE, CUT, 0),
        (Fault.HANG_AFTER, CUT, 1),
        (Fault.ERROR_BEFORE, 500, 0),
        (Fault.ERROR_AFTER, 500, 1),
        (Fault.BAD_GATEWAY_BEFORE, 502, 0),
        (Fault.BAD_GATEWAY_AFTER, 502, 1),
        (Fault.UNAVAILABLE_BEFORE, 503, 0),
        (Fault.UNAVAILABLE_AFTER, 503, 1),
        (Fault.GATEWAY_TIMEOUT_BEFORE, 504, 0),
        (Fault.GATEWAY_TIMEOUT_AFTER, 504, 1),
        (Fault.SLOW, 202, 1),
        (Fault.DRIP, 202, 1),
        (Fault.THROTTLE, 429, 0),
        (Fault.THROTTLE_BARE, 429, 0),
        (Fault.THROTTLE_PAST, 429, 0),
        (Fault.UNAUTHORISED, 401, 0),
        (Fault.FORBIDDEN, 403, 0),
        (Fault.TOO_LARGE, 413, 0),
        (Fault.INVALID, 400, 0),
    ],
)
def test_a_fault_strikes_once_and_only_the_address_it_was_planned_for(
    tmp_path: Path, fault: Fault, status: int, kept: int
) -> None:
    with a_provider(tmp_path) as simulator:
        simulator.faults.plan(fault, 1, 0.05, to="Struck@m.example")
        assert send(simulator, "other@m.example")[0] == 202
        assert send(simulator, "struck@m.example")[0] == status
        assert len(simulator.ledger.to("struck@m.example")) == kept
        assert send(simulator, "struck@m.example")[0] == 202


def test_a_refused_connection_is_refused_for_as_long_as_planned(tmp_path: Path) -> None:
    with a_provider(tmp_path) as simulator:
        simulator.faults.plan(Fault.REFUSED, 1, 0.3)
        started = time.monotonic()
        with pytest.raises(ConnectionRefusedError):
            http.client.HTTPConnection(*simulator.listener.address, timeout=1).connect()
        eventually(lambda: send(simulator)[0] == 202)
        assert time.monotonic() - started >= 0.25
        simulator.faults.plan(Fault.REFUSED, 1, 3600)
        simulator.faults.clear()
        eventually(lambda: send(simulator)[0] == 202)


def test_the_three_kinds_of_429_differ_in_their_headers(tmp_path: Path) -> None:
    with a_provider(tmp_path) as simulator:
        simulator.faults.plan(Fault.THROTTLE, 1, 30)
        _, ahead, body = send(simulator)
        simulator.faults.plan(Fault.THROTTLE_PAST, 1, 30)
        _, past, _ = send(simulator)
        simulator.faults.plan(Fault.THROTTLE_BARE, 1)
        _, bare, _ = send(simulator)
    assert 25 < int(ahead["X-RateLimit-Reset"]) - time.time() < 35
    assert ahead["X-RateLimit-Remaining"] == "0"
    assert -35 < int(past["X-RateLimit-Reset"]) - time.time() < -25
    assert not [name for name in bare if name.startswith("X-RateLimit")]
    assert body == {"errors": [{"message": "too many requests", "field": None, "help": None}]}


def test_a_dripping_answer_outlasts_a_timeout_of_single_reads(tmp_path: Path) -> None:
    with a_provider(tmp_path) as simulator:
        simulator.faults.plan(Fault.DRIP, 1, 0.25)
        started = time.monotonic()
        assert send(simulator)[0] == 202
        assert time.monotonic() - started >= 0.2


def test_an_address_asks_for_its_own_faults(tmp_path: Path) -> None:
    with a_provider(tmp_path) as simulator:
        statuses = [send(simulator, "fault.error_before.2.desk@m.example")[0] for _ in range(3)]
        assert statuses == [500, 500, 202]
        assert send(simulator, "fault.drop_after@m.example")[0] == CUT
        assert send(simulator, "fault.no_such_thing@m.example")[0] == 202
        assert len(simulator.ledger.to("fault.drop_after@m.example")) == 1


def test_faults_by_chance_are_the_same_for_the_same_seed() -> None:
    def struck(seed: int) -> list[bool]:
        faults = Faults()
        faults.plan_at_random({Fault.DROP_AFTER: 0.3, Fault.THROTTLE: 0.1}, seed)
        return [faults.strike(Fault.DROP_AFTER) is not None for _ in range(1000)]

    assert struck(7) == struck(7) != struck(8)
    assert 240 < sum(struck(7)) < 360


def test_every_kind_can_be_planned_over_http_and_is_listed_until_it_has_struck(tmp_path: Path) -> None:
    with a_provider(tmp_path) as simulator:
        url = f"{simulator.url}/simulator/faults"
        for fault in set(Fault) - {Fault.REFUSED}:
            status, _, text = fetch(url, {"fault": fault, "times": 2, "to": "a@b.example", "chance": 1, "seed": 3})
            assert status == 200
            assert json.loads(text)[f"{fault} a@b.example"] == 2
        struck = fetch(f"{simulator.url}/simulator/strike", {"faults": ["smtp_hang"], "to": "a@b.example"})[2]
        assert json.loads(struck) == {"fault": "smtp_hang", "seconds": 0.0}
        assert fetch(url, {"clear": True})[2] == "{}"
        assert fetch(f"{simulator.url}/simulator/strike", {"faults": ["smtp_hang"]})[2] == "{}"


def test_answers_are_as_late_as_the_latency_says(tmp_path: Path) -> None:
    with a_provider(tmp_path) as simulator:
        fetch(f"{simulator.url}/simulator/faults", {"latency": 0.2})
        started = time.monotonic()
        threads = [threading.Thread(target=send, args=(simulator, f"d{n}@m.example")) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert 0.2 <= time.monotonic() - started < 1.2, "each waits on its own"
        assert len(simulator.ledger) == 8
