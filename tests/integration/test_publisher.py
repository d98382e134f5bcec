"""The SDK, a real broker, and the resolver's own consumer: what is handed over arrives, once, and is accepted."""

import logging
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from kafka.admin import ConfigResource

import tocsin.publisher
from builders import a_report, a_report_json
from receiving import Receiver
from tocsin.devtools.broker import Broker
from tocsin.devtools.corpus.keys import key_of
from tocsin.publisher import BrokerRefused, BrokerUnavailable, Publisher
from tocsin.runtime import kafka
from tocsin.runtime.jws import read_signing_key
from tocsin.runtime.key_files import read_public_key, usual_key_id, write_key_pair
from tocsin_schemas.actions import StateReplied
from tocsin_schemas.reports import Reference
from tocsin_schemas.topics import ACTIONS, REPORTS
from tocsin_schemas.vocabulary import ReferenceScheme, ReplyQuality

pytestmark = pytest.mark.kafka
NAME, AWAY = "ACHPR-SRHRD", "127.0.0.1:1"
EXAMPLE = Path(tocsin.publisher.__file__).parent / "examples" / "first_report.py"


@pytest.fixture
def receiver(fresh_broker: Broker, tmp_path: Path) -> Iterator[Receiver]:
    receiver = Receiver(tmp_path, fresh_broker.bootstrap)
    receiver.register(NAME, key_of(NAME))
    yield receiver
    receiver.close()


def a_publisher(bootstrap: str, tmp_path: Path | None = None, **over: object) -> Publisher:
    return Publisher(bootstrap, NAME, key_of(NAME), spool=None if tmp_path is None else tmp_path / "spool", **over)


@pytest.mark.parametrize("sealed", [False, True])
def test_a_report_its_repeat_its_correction_and_its_withdrawal_are_accepted(receiver: Receiver, sealed: bool) -> None:
    sealed_to = receiver.deployment.keys.opening.public() if sealed else None
    with a_publisher(receiver.bootstrap, sealed_to=sealed_to) as ours:
        receipts = [
            ours.submit(a_report()),
            ours.submit(a_report_json()),
            ours.correct(a_report(revision=2, language="fr")),
            ours.correct(a_report(revision=2, language="es")),
            ours.withdraw("2026/TGO/001", 3, "consent_withdrawn"),
        ]
    taken = receiver.take_all()
    assert [(r.topic, r.partition, r.offset) for r in receipts] == [(m.topic, m.partition, m.offset) for _, m in taken]
    assert [outcome for outcome, _ in taken] == ["opened", "repeat", "corrected", "revision-conflict", "withdrawn"]
    assert [b"Mensahvi" in m.value for _, m in taken[:3]] == [not sealed] * 3


def test_what_waited_leaves_in_order_before_what_comes_after(receiver: Receiver, tmp_path: Path) -> None:
    with a_publisher(AWAY, tmp_path) as ours:
        assert ours.submit(a_report()).spooled
        assert ours.correct(a_report(revision=2)).spooled
    with a_publisher(receiver.bootstrap, tmp_path) as ours:
        ours.correct(a_report(revision=3))
        assert ours.flush(20) == 0
        assert ours.correct(a_report(revision=4)).offset == 3
        assert ours.trouble is None
    assert [outcome for outcome, _ in receiver.take_all()] == ["opened", "corrected", "corrected", "corrected"]


def test_what_waited_is_sent_again_octet_for_octet_after_a_crash_that_left_it_in_the_spool(
    receiver: Receiver, tmp_path: Path
) -> None:
    with a_publisher(AWAY, tmp_path) as ours:
        ours.submit(a_report())
        (message,) = ours._spool.oldest(9)
    for _ in range(2):
        with a_publisher(receiver.bootstrap, tmp_path) as ours:
            assert ours.flush(20) == 0
            ours._spool.add([message])  # as if the row had not been taken out before the crash
            assert ours.flush(20) == 0
    taken = receiver.take_all()
    assert Counter(outcome for outcome, _ in taken) == {"opened": 1, "repeat": len(taken) - 1}
    assert len({(m.key, m.value, m.headers) for _, m in taken}) == 1


def test_thousands_arrive_in_the_order_of_their_receipts(receiver: Receiver) -> None:
    reports = [
        a_report(publisher_reference=f"2026/{number % 300}", revision=1 + number // 300) for number in range(1_500)
    ]
    with a_publisher(receiver.bootstrap) as ours:
        receipts = ours.submit_all(reports)
    assert len({(r.partition, r.offset) for r in receipts}) == 1_500
    places: dict[str, int] = {}
    for receipt in receipts:
        assert receipt.report_id is not None
        assert places.get(receipt.report_id, -1) < (receipt.offset or 0), "a correction behind what it corrects"
        places[receipt.report_id] = receipt.offset or 0
    ends = kafka.end_offsets(receiver.bootstrap, [REPORTS.name])
    assert sum(ends.values()) == 1_500


def test_an_answer_of_a_state_goes_to_the_topic_of_actions(fresh_broker: Broker) -> None:
    answer = StateReplied(
        country="TGO",
        case="HRD-7F3K-22Q",
        in_reply_to=Reference(scheme=ReferenceScheme.UN_COMMUNICATION, value="UA TGO 1/2026"),
        replied_on="2026-11-20",
        quality=next(iter(ReplyQuality)),
        recorded_at=a_report().received_at,
    )
    with a_publisher(fresh_broker.bootstrap) as ours:
        receipt = ours.record_action(answer)
    assert (receipt.topic, receipt.report_id) == (ACTIONS.name, None)


def test_what_the_broker_will_not_take_is_told_and_not_kept(fresh_broker: Broker, tmp_path: Path) -> None:
    with closing(kafka.admin(fresh_broker.bootstrap)) as admin:
        admin.alter_configs([ConfigResource("TOPIC", REPORTS.name, {"max.message.bytes": "100"})])
    with a_publisher(fresh_broker.bootstrap, tmp_path) as ours:
        with pytest.raises(BrokerRefused, match="TooLarge"):
            ours.submit(a_report())
        assert ours.waiting == 0


def test_a_broker_that_is_away_is_told_where_there_is_no_spool() -> None:
    with a_publisher(AWAY) as ours:
        with pytest.raises(BrokerUnavailable):
            ours.submit(a_report())
        with pytest.raises(BrokerUnavailable) as away:
            ours.submit_all([a_report()])
    assert away.value.receipts == ()


def test_no_log_says_whom_a_report_concerns_even_where_everything_is_logged(
    fresh_broker: Broker, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with a_publisher(AWAY, tmp_path) as ours:
        ours.submit(a_report())
    with a_publisher(fresh_broker.bootstrap, tmp_path) as ours:
        assert ours.flush(20) == 0
        ours.submit(a_report(publisher_reference="Mensahvi"))
    assert "reports wait in the spool" in caplog.text
    assert "kafka" in caplog.text
    assert "Mensahvi" not in caplog.text
    assert not any("Mensahvi" in repr(vars(record)) for record in caplog.records)


def test_the_example_publishes_a_first_report(receiver: Receiver, tmp_path: Path) -> None:
    file = tmp_path / "signing.pem"
    key_id = usual_key_id("FOCAL-DESK", read_public_key(write_key_pair(file)))
    receiver.register("FOCAL-DESK", read_signing_key(key_id, file))
    (tmp_path / "report.json").write_bytes(a_report_json(publisher="FOCAL-DESK"))
    command = [sys.executable, str(EXAMPLE), receiver.bootstrap, "FOCAL-DESK", "signing.pem", "report.json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, env={**os.environ})
    assert done.returncode == 0, done.stderr
    assert "Receipt(report_id=" in done.stdout
    assert [outcome for outcome, _ in receiver.take_all()] == ["opened"]
