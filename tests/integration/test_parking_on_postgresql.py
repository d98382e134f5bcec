"""Several workers on PostgreSQL: each report that waits has its turn once, and shares are counted together."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from admitting import Desk, a_fairness, report_by
from racing import at_once
from resolving import identity, withdrawal_of
from tocsin.store import tables
from tocsin.store.database import open_database, reading, unit_of_work
from tocsin.store.receiving import allowances
from tocsin.store.views import waiting_reports
from tocsin_schemas.vocabulary import Priority

pytestmark = pytest.mark.postgresql
FLOODER = "NGO-FLD"


@pytest.fixture
def workers(migrated: Callable[[], str], tmp_path: Path):
    """Two that share a database."""
    url = migrated()
    desks = [Desk(tmp_path, a_fairness(burst=1), open_database(url)) for _ in range(2)]
    yield desks
    for desk in desks:
        desk.engine.dispose()


def test_two_workers_release_each_report_once(workers: list[Desk]) -> None:
    first = workers[0]
    for number in range(25):
        first.take(report_by(FLOODER, number, Priority(f"P{number % 4 + 1}")))
    waited = first.waiting().total()
    done: list[list[str]] = []
    at_once(*(lambda desk=desk: done.append(_everything(desk)) for desk in workers))
    outcomes = Counter(outcome for found in done for outcome in found)
    assert (waited, outcomes) == (21, {"opened": 21})
    assert len(first.rows(tables.cases)) == 25
    with reading(first.engine) as connection:
        assert waiting_reports.by_publisher(connection) == []
        assert waiting_reports.astray(connection, 9) == []


def _everything(desk: Desk) -> list[str]:
    """Until nothing waits: what is in the other worker's hands may come back."""
    found: list[str] = []
    while desk.waiting():
        found += desk.release_all()
    return found


def test_a_withdrawal_and_the_turn_of_its_report_at_the_same_instant_leave_it_withdrawn(workers: list[Desk]) -> None:
    first, second = workers
    reports = [report_by(FLOODER, number) for number in range(12)]
    for report in reports:
        first.take(report)
    for report in reports[1:]:
        message = first.message(withdrawal_of(report, 2))
        at_once(first.release, lambda m=message: second.bring(m))
    first.release_all()
    rows = {row.report_id: row for row in first.rows(tables.reports)}
    assert all(rows[identity(report)].withdrawn_at is not None for report in reports[1:])
    assert Counter(first.outcome(offset) for offset in range(12, 23)) == {"withdrawn": 11}


def test_two_workers_never_take_the_same_token(workers: list[Desk]) -> None:
    share = a_fairness(burst=5).shares[Priority.P1]
    taken: list[bool] = []

    def take(desk: Desk) -> None:
        for _ in range(20):
            with unit_of_work(desk.engine) as connection:
                taken.append(allowances.take(connection, FLOODER, share, desk.now))

    at_once(*(lambda desk=desk: take(desk) for desk in workers))
    assert taken.count(True) == 5


def test_a_withdrawal_and_its_report_that_arrive_at_the_same_instant_tell_nobody(workers: list[Desk]) -> None:
    first, second = workers
    for number in range(12):
        report = report_by("UN-SRHRD", number)
        messages = first.message(report), first.message(withdrawal_of(report, 2))
        at_once(lambda m=messages[0]: first.bring(m), lambda m=messages[1]: second.bring(m))
        first.later(60)
    first.release_all()
    assert [row.report_id for row in first.rows(tables.reports) if row.withdrawn_at is None] == []
