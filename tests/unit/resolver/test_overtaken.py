"""A withdrawal that overtakes its report is not lost: what was taken back is told to nobody, whatever comes first."""

from pathlib import Path

import pytest

from admitting import Desk, report_by
from resolving import Resolver, identity, withdrawal_of
from tocsin.store import tables
from tocsin.store.casework import reports
from tocsin.store.database import reading, unit_of_work
from tocsin.store.vault import Erased

PUBLISHER = "NGO-FLD"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def _codes(desk: Desk) -> list[str]:
    return [row.problems[0][0] for row in desk.rows(tables.refusals)]


def test_a_report_that_arrives_after_its_withdrawal_is_put_aside(desk: Desk) -> None:
    report = report_by(PUBLISHER, 1)
    assert [desk.take(withdrawal_of(report, 2)), desk.take(report)] == ["dead-letter", "dead-letter"]
    assert _codes(desk) == ["report-unknown", "report-withdrawn"]
    assert "case.opened" not in desk.published()


def test_a_report_that_waits_is_not_told_after_a_withdrawal_under_its_own_number(desk: Desk) -> None:
    desk.take(report_by(PUBLISHER, 0))
    report = report_by(PUBLISHER, 1)
    assert desk.take(report) == "parked"
    desk.take(withdrawal_of(report, 1))
    assert desk.release_all() == ["dead-letter"]
    assert desk.published().count("case.opened") == 1


def test_the_highest_withdrawal_counts_and_a_report_above_it_stands(desk: Desk) -> None:
    report = report_by(PUBLISHER, 1)
    for revision in (3, 2):
        desk.take(withdrawal_of(report, revision))
    assert desk.take(report_by(PUBLISHER, 1, revision=3)) == "dead-letter"
    desk.later(10)
    assert desk.take(report_by(PUBLISHER, 1, revision=4)) == "opened"


def test_a_person_is_asked_about_a_withdrawal_that_is_refused_while_its_report_stands(desk: Desk) -> None:
    report = report_by(PUBLISHER, 1)
    desk.take(report)
    assert [desk.take(withdrawal_of(report, 1)) for _ in range(2)] == ["dead-letter", "dead-letter"]
    (review,) = desk.rows(tables.reviews)
    assert (review.kind, review.resolved_at) == ("withdrawal_refused", None)
    assert desk.take(withdrawal_of(report, 2)) == "withdrawn"
    assert desk.take(withdrawal_of(report, 1)) == "dead-letter"
    assert [row.resolved_by for row in desk.rows(tables.reviews)] == ["resolver"]


def test_nobody_withdraws_anothers_report_in_advance(desk: Desk) -> None:
    desk.take(withdrawal_of(report_by("NGO-OBS", 1, publisher_reference="A/1"), 9))
    assert desk.take(report_by(PUBLISHER, 1, publisher_reference="A/1")) == "opened"


def test_what_was_erased_is_not_kept_again_when_an_old_revision_is_replayed(tmp_path: Path) -> None:
    resolver = Resolver(tmp_path)
    first = report_by(PUBLISHER, 1)
    second = first.model_copy(update={"revision": 2})
    assert [resolver.take(first), resolver.take(second)] == ["opened", "corrected"]
    with unit_of_work(resolver.engine) as connection:
        assert reports.erase(connection, resolver.deployment.vault, identity(first))
    assert resolver.take(first) == "superseded"
    with reading(resolver.engine) as connection, pytest.raises(Erased):
        resolver.deployment.vault.open(connection, identity(first), "revision-1")
    assert identity(first) not in {row.subject for row in resolver.rows(tables.sealing_keys)}
