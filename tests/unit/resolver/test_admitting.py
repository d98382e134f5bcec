"""What exceeds a publisher's share waits, whole and sealed, and becomes what it would have become at once."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from admitting import Desk, a_fairness, report_by
from builders import a_victim, a_violation
from databases import NOW
from resolving import identity, withdrawal_of
from tocsin.devtools.corpus.keys import key_of
from tocsin.runtime.jwe import seal
from tocsin.store import tables
from tocsin.store.casework import reports
from tocsin.store.database import reading, unit_of_work
from tocsin.store.publishing import publishers
from tocsin_schemas.reports import Report
from tocsin_schemas.signing import SEALED
from tocsin_schemas.vocabulary import Priority, ViolationType

FLOODER, OTHER = "NGO-FLD", "UN-SRHRD"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def _parked(desk: Desk, number: int = 1, **over: Any) -> Report:
    """A report that waits, after another has taken the one token."""
    desk.take(report_by(FLOODER, 0))
    report = report_by(FLOODER, number, **over)
    assert desk.take(report) == "parked"
    return report


def test_what_exceeds_the_share_waits_and_nothing_is_told_of_it(desk: Desk) -> None:
    assert [desk.take(report_by(FLOODER, number)) for number in range(4)] == ["opened", "parked", "parked", "parked"]
    assert desk.published() == ["case.opened"]


def test_who_keeps_to_their_share_waits_for_nobody(desk: Desk) -> None:
    for number in range(5):
        desk.take(report_by(FLOODER, number))
    assert desk.take(report_by(OTHER, 1)) == "opened"


def test_a_token_comes_back_with_time(desk: Desk) -> None:
    desk.take(report_by(FLOODER, 0))
    desk.later(0.9)
    desk.later(0.2)
    assert desk.take(report_by(FLOODER, 1)) == "opened"
    assert desk.take(report_by(FLOODER, 2)) == "parked"


def test_nobody_overtakes_their_own_report_that_waits(desk: Desk) -> None:
    _parked(desk)
    desk.later(60)
    assert desk.take(report_by(FLOODER, 2)) == "parked"
    assert desk.release_all() == ["opened", "opened"]
    desk.later(60)
    assert desk.take(report_by(FLOODER, 3)) == "opened"


def test_an_urgent_report_does_not_wait_behind_its_publishers_others(desk: Desk) -> None:
    for number in range(3):
        desk.take(report_by(FLOODER, number, Priority.P4))
    assert desk.take(report_by(FLOODER, 3, Priority.P1)) == "opened"


def test_what_waited_becomes_what_it_would_have_become_at_once(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    at_once = Desk(tmp_path / "other", a_fairness(burst=100))
    letters = [report_by(FLOODER, number % 3, Priority(f"P{number % 4 + 1}")) for number in range(3)]
    letters += [
        report_by(FLOODER, 1, Priority.P2),
        report_by(FLOODER, 0, revision=2, violation=a_violation(country="GHA")),
    ]
    for report in letters:
        desk.take(report)
        at_once.take(report)
    desk.release_all()
    kept = [
        {(row.report_id, row.revision, row.content_digest is not None) for row in each.rows(tables.reports)}
        for each in (desk, at_once)
    ]
    assert kept[0] == kept[1]
    assert len(desk.rows(tables.cases)) == len(at_once.rows(tables.cases)) == 3


def test_after_its_turn_the_message_says_what_came_of_it_and_no_copy_is_left(desk: Desk) -> None:
    _parked(desk)
    assert (desk.outcome(1), desk.outcome(2)) == ("parked", None)
    assert (desk.release(), desk.release()) == ("opened", None)
    assert desk.outcome(1) == "opened"
    row = desk.rows(tables.parked_reports)[0]
    assert (row.outcome, row.released_at, row.wrapped_key, row.sealed) == ("opened", NOW, None, None)


def test_a_report_that_waits_cannot_be_read_without_the_deployments_key(desk: Desk, tmp_path: Path) -> None:
    report = _parked(desk, alleged_victims=[a_victim("Tamsin Marvelle")])
    desk.engine.dispose()
    held = (tmp_path / "tocsin.db").read_bytes()
    assert identity(report).encode() in held
    assert b"Marvelle" not in held


def test_a_correction_of_what_waits_is_told_and_what_it_corrects_is_not(desk: Desk) -> None:
    report = _parked(desk)
    desk.later(60)
    assert desk.take(report.model_copy(update={"revision": 2, "violation": a_violation(country="GHA")})) == "parked"
    assert desk.release_all() == ["opened", "superseded"]
    assert desk.published() == ["case.opened", "case.opened"]
    assert sorted(row.countries[0] for row in desk.rows(tables.cases)) == ["GHA", "TGO"]


def test_of_two_contents_under_one_revision_the_first_that_came_counts(desk: Desk) -> None:
    report = _parked(desk)
    desk.take(report.model_copy(update={"violation": a_violation(country="GHA")}))
    assert desk.release_all() == ["opened", "dead-letter"]
    assert {row.countries[0] for row in desk.rows(tables.cases)} == {"TGO"}


def test_a_withdrawal_never_waits_and_nobody_is_told_of_what_it_takes_back(desk: Desk) -> None:
    report = _parked(desk)
    desk.take(report.model_copy(update={"revision": 2}), "report.corrected")
    assert desk.take(withdrawal_of(report, 3)) == "withdrawn"
    with reading(desk.engine) as connection:
        known = reports.find(connection, identity(report))
        assert known is not None
        assert known.withdrawn_at is not None
        assert reports.claims_of(connection, known.case_id) == []
    assert desk.published() == ["case.opened", "case.opened", "case.closed"]
    assert desk.release_all() == ["superseded"]
    assert desk.published() == ["case.opened", "case.opened", "case.closed"]


def test_a_report_that_was_withdrawn_while_it_waited_stays_withdrawn_when_it_comes_again(desk: Desk) -> None:
    report = _parked(desk)
    desk.take(withdrawal_of(report, 2))
    desk.later(60)
    assert desk.take(report) == "superseded"
    assert desk.published()[-1] == "case.closed"


def test_a_withdrawal_that_is_older_than_what_waits_takes_nothing_back(desk: Desk) -> None:
    report = _parked(desk, revision=3)
    assert desk.take(withdrawal_of(report, 2)) == "dead-letter"
    assert desk.release_all() == ["opened"]


def test_a_refusal_at_its_turn_is_the_publishers_dead_letter(desk: Desk) -> None:
    report = _parked(desk)
    desk.take(report.model_copy(update={"violation": a_violation(country="GHA")}))
    desk.release_all()
    [refused] = desk.rows(tables.refusals)
    assert (refused.offset, refused.publisher_id, refused.problems[0][0]) == (2, FLOODER, "revision-conflict")
    assert desk.outcome(2) == "dead-letter"


def test_what_a_key_has_signed_that_was_revoked_meanwhile_is_told_to_nobody(desk: Desk) -> None:
    _parked(desk)
    with unit_of_work(desk.engine) as connection:
        publishers.revoke_key(connection, desk.deployment.identities, key_of(FLOODER).key_id, "duty-officer", NOW)
    assert desk.release_all() == ["dead-letter"]
    assert dict(desk.rows(tables.outbox)[-1].headers)["tocsin_code"] == "key-revoked"
    assert desk.published() == ["case.opened", "dead-letter"]


def test_a_sealed_report_waits_sealed_and_its_signature_is_checked_again(desk: Desk) -> None:
    desk.take(report_by(FLOODER, 0))
    plain = desk.message(report_by(FLOODER, 1))
    headers = tuple(
        (name, SEALED.encode() if name == "content-type" else value)
        for name, value in plain.headers
        if not name.startswith("tocsin")
    )
    body = seal(plain.value or b"", desk.deployment.keys.opening.public())
    assert desk.bring(desk.signed(replace(plain, headers=headers, value=body), FLOODER)) == "parked"
    assert desk.release_all() == ["opened"]


def test_what_was_erased_while_it_waited_is_gone(desk: Desk) -> None:
    report = _parked(desk)
    with unit_of_work(desk.engine) as connection:
        assert reports.erase(connection, desk.deployment.vault, identity(report))
    assert desk.release_all() == ["erased"]
    assert desk.outcome(1) == "erased"


def test_another_process_goes_on_where_the_first_one_ended(desk: Desk) -> None:
    for number in range(5):
        desk.take(report_by(FLOODER, number))
    assert desk.release() == "opened"
    desk.start()
    assert desk.release_all() == ["opened"] * 3
    assert desk.take(report_by(FLOODER, 9)) == "parked", "and it knows that the bucket is empty"


def test_a_report_that_ends_three_processes_at_its_turn_is_put_aside(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison = _parked(desk)
    desk.take(report_by(OTHER, 1))
    desk.take(report_by(OTHER, 2))

    def fail(connection: Any, event: Any, message: Any, now: Any) -> str:
        if event.data.publisher_reference == poison.publisher_reference:
            raise ArithmeticError
        return desk.acceptance(connection, event, message, now)

    monkeypatch.setattr(desk, "_work", fail)
    for _ in range(3):
        desk.start()
        with pytest.raises(ArithmeticError):
            desk.release_all()
        assert desk.outcome(1) == "parked"
    desk.start()
    assert desk.release_all() == ["dead-letter", "opened"]
    assert [row.kind for row in desk.rows(tables.reviews)] == ["isolated_message"]


def test_one_report_each_in_turn_however_many_one_publisher_has_sent(desk: Desk) -> None:
    for number in range(12):
        desk.take(report_by(FLOODER, number))
    for number in range(3):
        desk.take(report_by(OTHER, number))
    for _ in range(5):
        desk.release()
    assert desk.waiting() == {FLOODER: 8}


def test_an_urgent_report_of_one_goes_before_the_others_of_another(desk: Desk) -> None:
    for number in range(4):
        desk.take(report_by(FLOODER, number, Priority.P4))
    for number in range(4):
        desk.take(report_by(OTHER, number, Priority.P1))
    for _ in range(3):
        desk.release()
    assert desk.waiting() == {FLOODER: 3}


def test_the_priority_by_which_it_waits_is_that_of_the_report_alone(desk: Desk) -> None:
    law = a_violation(types=[ViolationType.RESTRICTIVE_LAW], ongoing=False)
    for number in range(2):
        desk.take(report_by(FLOODER, number, violation=law))
    assert [row.priority for row in desk.rows(tables.parked_reports)] == ["P4"]
