"""Two workers that meet the same new case at once put it in one case, on both databases."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from builders import a_report, a_victim
from databases import a_deployment, a_message
from tocsin.resolver import accepting
from tocsin.resolver.accepting import Acceptance
from tocsin.store import reports as stored
from tocsin.store.consuming import Consumer
from tocsin.store.database import open_database, reading
from tocsin.store.migrate import upgrade
from tocsin.store.tables import cases, reports
from tocsin_schemas.topics import REPORTS

PAIRS = 30


def _race(url: str, folder: Path) -> tuple[int, int]:
    """Reports and cases after two workers took one report each of ``PAIRS`` new cases, released together."""
    upgrade(url)
    deployment = a_deployment(folder)
    barrier, errors = threading.Barrier(2), []

    def work(number: int, publisher: str) -> None:
        engine = open_database(url)
        consumer = Consumer("resolver", REPORTS, engine, deployment, Acceptance(deployment), repeats_by_id=False)
        try:
            for pair in range(PAIRS):
                report = a_report(
                    publisher=publisher,
                    publisher_reference=f"pair-{pair}",
                    alleged_victims=[a_victim(f"Anouk Pair{pair}")],
                )
                barrier.wait(30)
                consumer.handle(a_message(report.model_dump_json(exclude_none=True).encode(), pair * 2 + number))
        except Exception as error:  # noqa: BLE001 - shown by the test
            errors.append(error)
            barrier.abort()
        finally:
            engine.dispose()

    workers = [threading.Thread(target=work, args=(n, p)) for n, p in enumerate(("OSCE-ODIHR", "NGO-OBS"))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert errors == []
    engine = open_database(url)
    with reading(engine) as connection:
        counted = [connection.execute(select(func.count()).select_from(t)).scalar_one() for t in (reports, cases)]
    engine.dispose()
    return counted[0], counted[1]


def test_on_sqlite_no_case_is_split(tmp_path: Path) -> None:
    assert _race(f"sqlite:///{tmp_path / 'tocsin.db'}", tmp_path) == (2 * PAIRS, PAIRS)


@pytest.mark.postgresql
def test_on_postgresql_no_case_is_split(postgresql: Callable[[], str], tmp_path: Path) -> None:
    assert _race(postgresql(), tmp_path) == (2 * PAIRS, PAIRS)


@pytest.mark.postgresql
def test_without_the_locks_cases_are_split_so_this_test_can_fail(
    postgresql: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    candidates = stored.candidates

    def slowly(*arguments):
        found = candidates(*arguments)
        threading.Event().wait(0.02)
        return found

    monkeypatch.setattr(accepting, "lock_keys", lambda *_: None)
    monkeypatch.setattr(stored, "candidates", slowly)
    counted_reports, counted_cases = _race(postgresql(), tmp_path)
    assert counted_reports == 2 * PAIRS
    assert counted_cases > PAIRS
