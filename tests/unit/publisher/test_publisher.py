"""What needs no broker: the broker is away, the key cannot be used, the call is wrong."""

import os
from pathlib import Path
from typing import Any

import pytest

from builders import a_report
from tocsin.publisher import (
    InvalidReport,
    KeyUnusable,
    Publisher,
    PublisherClosed,
    PublishError,
    SpoolDamaged,
    SpoolFull,
)
from tocsin.runtime.jws import read_signature, signing_key
from tocsin.runtime.key_files import read_public_key, usual_key_id, write_key_pair

AWAY, NAME, KEY = "127.0.0.1:1", "ACHPR-SRHRD", signing_key("ACHPR-SRHRD.1", bytes(range(32)))


def a_publisher(tmp_path: Path, **over: Any) -> Publisher:
    return Publisher(AWAY, NAME, KEY, **({"spool": tmp_path / "spool"} | over))


def test_while_the_broker_is_away_everything_waits_in_the_order_it_came(tmp_path: Path) -> None:
    with a_publisher(tmp_path) as ours:
        receipts = [ours.submit(a_report()), ours.correct(a_report(revision=2))]
        receipts += ours.submit_all(a_report(publisher_reference=f"2026/{n}") for n in range(200))
        receipts.append(ours.withdraw("2026/TGO/001", 3, "unfounded"))
        assert all(receipt.spooled and receipt.partition is None for receipt in receipts)
        assert ours.flush(0.2) == ours.waiting == len(receipts) == 203
        assert ours.trouble is not None
        assert ours.trouble.code == "broker-unavailable"
    with a_publisher(tmp_path) as ours:
        assert [m.event_id for m in ours._spool.oldest(999)] == [receipt.event_id for receipt in receipts]


def test_numbers_rise_over_restarts_although_nothing_is_sent(tmp_path: Path) -> None:
    for _ in range(3):
        with a_publisher(tmp_path) as ours:
            ours.submit(a_report())
            found = [message.sequence for message in ours._spool.oldest(9)]
    assert len(found) == 3
    assert found == sorted(set(found))


def test_a_full_spool_refuses_and_tells_which_were_taken(tmp_path: Path) -> None:
    with a_publisher(tmp_path, spool_bytes=200_000) as ours:
        with pytest.raises(SpoolFull) as full:
            ours.submit_all(a_report(publisher_reference=f"2026/{n}") for n in range(1_000))
        assert 0 < len(full.value.receipts) == ours.waiting < 1_000


def test_an_invalid_report_among_many_leaves_those_before_it_taken(tmp_path: Path) -> None:
    with a_publisher(tmp_path) as ours:
        with pytest.raises(InvalidReport) as refusal:
            ours.submit_all([a_report(), a_report(publisher_reference="2026/2"), b"{", a_report()])
        assert len(refusal.value.receipts) == ours.waiting == 2


def test_what_is_damaged_is_told_by_flush_until_it_is_forgotten(tmp_path: Path) -> None:
    with a_publisher(tmp_path) as ours:
        ours.submit(a_report())
        ours._spool._rows.execute("UPDATE waiting SET sealed = x'00'")
        ours._spool.oldest(1)
        with pytest.raises(SpoolDamaged, match="submit them again") as damaged:
            ours.flush(0.1)
        assert len(damaged.value.sequences) == 1
        ours.forget_damaged()
        assert ours.flush(0.1) == 0


def test_a_correction_needs_a_higher_revision(tmp_path: Path) -> None:
    with a_publisher(tmp_path) as ours, pytest.raises(InvalidReport, match="2 or more") as refusal:
        ours.correct(a_report(revision=1))
    assert refusal.value.problems[0].path == "/revision"


def test_an_action_that_is_no_model_is_named(tmp_path: Path) -> None:
    planned = {
        "mechanism": NAME,
        "action": "press_statement",
        "case": "HRD-7F3K-22Q",
        "recorded_at": "2026-11-20T09:00:00Z",
    }
    with a_publisher(tmp_path) as ours:
        with pytest.raises(TypeError, match=r"action\.planned"):
            ours.record_action(planned)
        with pytest.raises(TypeError):
            ours.record_action(a_report())
        assert ours.record_action(planned, "action.planned").topic == "tocsin.actions.v1"


def test_a_closed_publisher_takes_nothing(tmp_path: Path) -> None:
    ours = a_publisher(tmp_path)
    ours.close()
    ours.close()
    for late in (lambda: ours.submit(a_report()), lambda: ours.flush(0.1), ours.forget_damaged):
        with pytest.raises(PublisherClosed):
            late()


def unusable(folder: Path, kind: str) -> Path:
    file = folder / kind
    if kind == "open to others":
        write_key_pair(file)
        file.chmod(0o644)
    elif kind == "with a passphrase":
        write_key_pair(file, "secret")
    elif kind == "no key":
        file.touch(0o600)
    return file


@pytest.mark.parametrize("kind", ["absent", "open to others", "with a passphrase", "no key"])
def test_a_key_that_cannot_be_used_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    with pytest.raises(KeyUnusable) as refusal:
        Publisher(AWAY, NAME, unusable(tmp_path, kind))
    assert isinstance(refusal.value, PublishError)


def test_a_key_file_signs_under_the_proposed_id_or_the_one_given(tmp_path: Path) -> None:
    public = read_public_key(write_key_pair(tmp_path / "key.pem", "secret"))
    for key_id, expected in ((None, usual_key_id(NAME, public)), ("own-id", "own-id")):
        with Publisher(
            AWAY, NAME, str(tmp_path / "key.pem"), key_id=key_id, passphrase="secret", spool=tmp_path / expected
        ) as ours:
            ours.submit(a_report())
            headers = dict(ours._spool.oldest(1)[0].headers)
        assert read_signature(headers["tocsin_signature"]).key_id == expected


def test_a_usual_key_id_fits_its_column_and_tells_successors_apart() -> None:
    ids = {usual_key_id("N" * 64, os.urandom(32).hex()) for _ in range(100)}
    assert len(ids) == 100
    assert {len(key_id) for key_id in ids} == {64}
