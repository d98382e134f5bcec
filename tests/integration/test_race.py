"""Two workers that meet the same case at once put it in one case, on both databases; and a person may decide meanwhile."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

import racing
from builders import a_report, a_victim, a_violation
from databases import a_deployment, a_message
from matching_fakes import PlainMatcher
from tocsin.domain.matching.clusters import partition
from tocsin.resolver import correcting, deciding, finding, placing
from tocsin.resolver.accepting import Acceptance
from tocsin.resolver.profiles import Profiles
from tocsin.resolver.surveying import node_of
from tocsin.store import tables
from tocsin.store.casework import reports as stored
from tocsin.store.casework.locks import despite_deadlocks
from tocsin.store.database import open_database, reading, unit_of_work
from tocsin.store.deployment import Deployment
from tocsin.store.matching import judgements
from tocsin.store.migrate import upgrade
from tocsin.store.receiving.consuming import Consumer
from tocsin_schemas.topics import REPORTS

PAIRS = 30
MANY_PAIRS = 2_000
"""``make race``: in threads and in processes, on both databases."""


def _pairs_apart(url: str) -> tuple[int, int, int]:
    """Reports, open cases, and pairs of which the two reports are not in one case."""
    engine, homes = open_database(url), defaultdict(set)
    with reading(engine) as connection:
        for pair, case in connection.execute(select(tables.reports.c.report_id, tables.reports.c.case_id)):
            homes[case].add(pair)
        cases = connection.execute(select(tables.cases.c.state)).scalars().all()
    engine.dispose()
    return sum(map(len, homes.values())), cases.count("open"), sum(len(pair) != 2 for pair in homes.values())


def _race(url: str, folder: Path, pairs: int, run: Callable[[str, Path, int], list[str]] = racing.in_threads) -> None:
    upgrade(url)
    a_deployment(folder)
    assert run(url, folder, pairs) == []
    assert _pairs_apart(url) == (2 * pairs, pairs, 0)


def test_on_sqlite_no_case_is_split(tmp_path: Path) -> None:
    _race(f"sqlite:///{tmp_path / 'tocsin.db'}", tmp_path, PAIRS)


@pytest.mark.postgresql
def test_on_postgresql_no_case_is_split(postgresql: Callable[[], str], tmp_path: Path) -> None:
    _race(postgresql(), tmp_path, PAIRS)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("run", [racing.in_threads, racing.in_processes])
def test_on_sqlite_no_case_of_thousands_is_split(tmp_path: Path, run: Callable[[str, Path, int], list[str]]) -> None:
    _race(f"sqlite:///{tmp_path / 'tocsin.db'}", tmp_path, MANY_PAIRS, run)


@pytest.mark.slow
@pytest.mark.postgresql
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("run", [racing.in_threads, racing.in_processes])
def test_on_postgresql_no_case_of_thousands_is_split(
    postgresql: Callable[[], str], tmp_path: Path, run: Callable[[str, Path, int], list[str]]
) -> None:
    _race(postgresql(), tmp_path, MANY_PAIRS, run)


@pytest.mark.postgresql
def test_without_the_locks_cases_are_split_so_this_test_can_fail(
    postgresql: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = finding.find

    def slowly(*arguments):
        found = find(*arguments)
        time.sleep(0.02)
        return found

    monkeypatch.setattr(placing, "lock_keys", lambda *_: None)
    monkeypatch.setattr(correcting, "lock_keys", lambda *_: None)
    monkeypatch.setattr(finding, "find", slowly)
    url = postgresql()
    upgrade(url)
    a_deployment(tmp_path)
    assert racing.in_threads(url, tmp_path, PAIRS) == []
    reports, cases, apart = _pairs_apart(url)
    assert reports == 2 * PAIRS
    assert cases > PAIRS
    assert apart > 0


@pytest.mark.postgresql
def test_reports_corrections_and_decisions_at_once_leave_the_cases_as_the_judgements_say(
    postgresql: Callable[[], str], tmp_path: Path
) -> None:
    """Two workers take reports of the same few cases, which share no key, while a person merges and parts them."""
    url = postgresql()
    upgrade(url)
    deployment, errors, stop = a_deployment(tmp_path), [], threading.Event()
    workers = [threading.Thread(target=_guarded, args=(errors, _take, url, deployment, n)) for n in range(2)]
    person = threading.Thread(target=_guarded, args=(errors, _decide_until, url, deployment, stop))
    for thread in (*workers, person):
        thread.start()
    for thread in workers:
        thread.join()
    stop.set()
    person.join()
    assert errors == []
    _check_partition(url, deployment)


def _guarded(errors: list[Exception], work: Callable[..., None], url: str, *details: object) -> None:
    engine = open_database(url)
    try:
        work(engine, *details)
    except Exception as error:  # noqa: BLE001 - shown by the test
        errors.append(error)
    finally:
        engine.dispose()


def _take(engine: Engine, deployment: Deployment, worker: int) -> None:
    acceptance = Acceptance(deployment, PlainMatcher())
    consumer = Consumer("resolver", REPORTS, engine, deployment, acceptance, repeats_by_id=False)
    for number in range(40):
        report = a_report(
            publisher=f"UN-{worker}",
            publisher_reference=f"{number % 14}",
            revision=1 + number // 14,
            alleged_victims=[a_victim(("Afi Mensahvi", "Kodzo Adjavon")[number % 2])],
            violation=a_violation(date=("2026-11-20", "2026-11-21", "2026-11")[number % 3]),
        )
        message = a_message(report.model_dump_json(exclude_none=True).encode(), number * 2 + worker)
        despite_deadlocks(partial(consumer.handle, message))


def _decide_until(engine: Engine, deployment: Deployment, stop: threading.Event) -> None:
    while not stop.is_set():
        with reading(engine) as connection:
            cases = list(
                connection.execute(select(tables.cases.c.case_id).order_by(tables.cases.c.opened_at)).scalars()
            )
        if len(cases) > 1:
            despite_deadlocks(partial(_merge_and_part, engine, deployment, cases[0], cases[-1]))


def _merge_and_part(engine: Engine, deployment: Deployment, case_id: str, other: str) -> None:
    by, now = "duty-officer", datetime.now(UTC)
    with suppress(deciding.Undecidable):
        with unit_of_work(engine) as connection:
            done = deciding.decide(connection, deployment, PlainMatcher(), case_id, other, "same", by, now)
        with unit_of_work(engine) as connection:
            deciding.undo(connection, deployment, done.judgement_id, by, now)


def _check_partition(url: str, deployment: Deployment) -> None:
    engine = open_database(url)
    with reading(engine) as connection:
        homes = dict(connection.execute(select(tables.reports.c.report_id, tables.reports.c.case_id)).all())
        members = [m for case in stored.members(connection, set(homes.values())).values() for m in case]
        known = Profiles(deployment.vault).of(connection, members)
        edges = judgements.touching(connection, list(homes))
    engine.dispose()
    clusters = defaultdict(set)
    for report, case in homes.items():
        clusters[case].add(report)
    expected = partition([node_of(m, known[m.report_id]) for m in members], edges)
    assert sorted(map(sorted, clusters.values())) == sorted(map(sorted, expected))
