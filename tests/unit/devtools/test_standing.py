"""A deployment that is made to have stood for years is whole, and the same for the same seed."""

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, select

from databases import NOW, a_database, a_deployment
from tocsin.auditor.conservation import Auditor
from tocsin.devtools.standing.scale import Scale, dice_of, sizes
from tocsin.devtools.standing.seeding import seed
from tocsin.store import tables
from tocsin.store.auditing import audit
from tocsin.store.database import reading
from tocsin.store.vault import Vault

SCALE = Scale(reports=120, cases=30, holders=90, publishers=9, open_reviews=12, dead_letters=5, parked=4)
_SLOW_BY_NATURE = {"outbox_stuck", "delivery_overdue", "delivery_in_doubt"}
"""Of mails of the last hour, which nobody sends here."""


def a_standing_database(folder: Path, now: datetime = NOW) -> tuple[Engine, Vault]:
    folder.mkdir(exist_ok=True)
    engine, deployment = a_database(folder), a_deployment(folder)
    seed(engine, deployment, folder, SCALE, now)
    return engine, deployment.vault


def rows(engine: Engine, *columns: Any) -> list[Any]:
    with reading(engine) as connection:
        return sorted(map(tuple, connection.execute(select(*columns))))


def test_nothing_is_missing_its_chains_are_whole_and_what_is_sealed_opens(tmp_path: Path) -> None:
    engine, vault = a_standing_database(tmp_path)
    with reading(engine) as connection:
        assert audit.verify(connection) == []
        assert {found.kind for found in Auditor().audit(connection, {}, NOW)} <= _SLOW_BY_NATURE
        report = connection.execute(select(tables.reports.c.report_id)).scalars().first()
        assert b"standing-" in vault.open(connection, str(report), "revision-1")
        number = connection.execute(select(func.count()).select_from(tables.reports)).scalar_one()
    assert number == SCALE.reports


def test_the_same_seed_makes_the_same_deployment(tmp_path: Path) -> None:
    engines = [a_standing_database(tmp_path / name)[0] for name in ("one", "other")]
    claims = [rows(engine, tables.reports.c.publisher, tables.reports.c.accepted_at) for engine in engines]
    states = [rows(engine, tables.deliveries.c.state, tables.deliveries.c.requested_at) for engine in engines]
    assert claims[0] == claims[1]
    assert states[0] == states[1]


def test_there_are_so_many_reports_and_none_of_the_cases_has_more_than_fifty() -> None:
    for scale in (SCALE, Scale()):
        drawn = sizes(scale, dice_of(scale, NOW))
        assert (len(drawn), sum(drawn)) == (scale.cases, scale.reports)
        assert 1 <= min(drawn) <= max(drawn) <= 50
