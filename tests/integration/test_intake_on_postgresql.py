"""Claims of idempotency keys, on SQLite and on PostgreSQL."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from databases import NOW, a_database, a_deployment
from tocsin.store.database import open_database, reading, unit_of_work
from tocsin.store.publishing import api_keys, idempotency
from tocsin.store.publishing.api_keys import KeyRefused
from tocsin.store.publishing.idempotency import Claim, Claimed, KeyReused, StillBusy
from tocsin.store.tables import idempotency_keys


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    if request.param == "sqlite":
        yield a_database(tmp_path)
        return
    engine = open_database(request.getfixturevalue("migrated")())
    yield engine
    engine.dispose()


def claimed(engine: Engine, *claims: Claim, later: timedelta = timedelta(0)) -> list[Any]:
    with unit_of_work(engine) as connection:
        return [type(c) if isinstance(c, Exception) else c for c in idempotency.claim(connection, claims, NOW + later)]


A, B, OTHER_A = (
    Claim("UN-WGAD", "a" * 64, "1" * 64),
    Claim("UN-WGAD", "b" * 64, "1" * 64),
    Claim("UN-WGAD", "a" * 64, "2" * 64),
)


def test_claims_of_one_round_are_told_apart(engine: Engine) -> None:
    assert claimed(engine, B, A, OTHER_A, A) == [Claimed(), Claimed(), KeyReused, StillBusy]
    with unit_of_work(engine) as connection:
        idempotency.answer(connection, [(A, "the receipt")])
        idempotency.release(connection, [A, B])
    assert claimed(engine, A, B) == [Claimed("the receipt"), Claimed()]


def test_a_claim_whose_maker_died_is_taken_over_once(engine: Engine) -> None:
    claimed(engine, A)
    assert claimed(engine, A, later=idempotency.LEASE - timedelta(seconds=1)) == [StillBusy]
    assert claimed(engine, A, A, later=idempotency.LEASE) == [Claimed(), StillBusy]


def test_only_what_is_older_than_a_week_is_forgotten(engine: Engine) -> None:
    claimed(engine, A)
    claimed(engine, B, later=timedelta(hours=1))
    with unit_of_work(engine) as connection:
        idempotency.forget(connection, NOW + idempotency.KEPT + timedelta(minutes=1))
    with reading(engine) as connection:
        assert connection.execute(select(func.count()).select_from(idempotency_keys)).scalar_one() == 1


def test_a_clock_that_was_set_back_keeps_no_claim_for_ever(engine: Engine) -> None:
    claimed(engine, A)
    assert claimed(engine, A, later=-timedelta(seconds=5)) == [StillBusy]
    assert claimed(engine, A, later=-timedelta(days=1)) == [Claimed()]


@pytest.mark.parametrize("presented", ["tcn_\0bcdefghijkl_secret", "tcn_ab\0_x", "\0", "tcn_" + "\ud800" * 12 + "_x"])
def test_whatever_is_shown_as_a_key_is_an_unknown_key_and_no_failure(
    engine: Engine, tmp_path: Path, presented: str
) -> None:
    with reading(engine) as connection, pytest.raises(KeyRefused, match="api-key-unknown"):
        api_keys.check(connection, a_deployment(tmp_path).identities, presented, "127.0.0.1", NOW)
