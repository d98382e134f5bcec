"""A key that was ended and put back past Tocsin is found by itself, and shown until it is ended again."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, select, update

from databases import NOW, a_database, a_deployment
from tocsin.auditor.publishers_watch import EVERY, KIND, PublishersWatch
from tocsin.domain.identifiers import Identities
from tocsin.runtime.jws import signing_key
from tocsin.store import tables
from tocsin.store.database import reading, unit_of_work
from tocsin.store.publishing import api_keys, publishers
from tocsin.store.publishing.api_keys import Scope
from tocsin.store.publishing.publishers import Publisher, PublisherKey

PUBLIC = signing_key("k", b"1" * 32).public_key
KEY_FILE = "deployment.key"
ENDED = {
    "a signing key": lambda c, i: publishers.revoke_key(c, i, "NGO-OBS.1", "op-2", NOW),
    "an API key": lambda c, i: api_keys.revoke(c, i, _api_key(c), "op-2", NOW),
    "a publisher": lambda c, i: publishers.end(c, i, "NGO-OBS", "op-2", NOW),
}
TABLES = (tables.publishers, tables.publisher_keys, tables.api_keys)


def _api_key(connection: Connection) -> str:
    return str(connection.execute(select(tables.api_keys.c.key_id)).scalar_one())


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine, identities = a_database(tmp_path), a_deployment(tmp_path).identities
    with unit_of_work(engine) as connection:
        publishers.add(connection, identities, Publisher("NGO-OBS", (), NOW, "op-1"))
        key = PublisherKey("NGO-OBS.1", "NGO-OBS", PUBLIC, NOW, NOW + timedelta(days=9), "op-1")
        publishers.add_key(connection, identities, key, NOW)
        ends = NOW + timedelta(days=9)
        api_keys.create(connection, identities, "NGO-OBS", [Scope.REPORTS], (), ends, "op-1", NOW)
    return engine


def looked(engine: Engine, watch: PublishersWatch, after: timedelta = timedelta()) -> list[str]:
    with reading(engine) as connection:
        found = watch.look(connection, NOW + after)
    assert {finding.kind for finding in found} <= {KIND}
    return [finding.detail for finding in found]


@pytest.mark.parametrize("what", ENDED)
def test_what_was_ended_and_put_back_is_found_within_a_minute(engine: Engine, tmp_path: Path, what: str) -> None:
    watch, end = PublishersWatch(tmp_path / KEY_FILE), ENDED[what]
    _end_and_put_back(engine, a_deployment(tmp_path).identities, end, lambda: looked(engine, watch))
    assert looked(engine, watch, EVERY) == ["put-back"]
    assert looked(engine, watch, EVERY + timedelta(seconds=5)) == ["put-back"], "it stands until it is put right"


def _end_and_put_back(
    engine: Engine, identities: Identities, end: Callable[[Connection, Identities], None], look: Callable[[], list[str]]
) -> None:
    with unit_of_work(engine) as connection:
        earlier = {table: dict(connection.execute(select(table)).mappings().one()) for table in TABLES}
        end(connection, identities)
    assert look() == [], "ended as it should be"
    with unit_of_work(engine) as connection:
        for table, row in earlier.items():
            connection.execute(update(table).values(**row))


def test_a_row_that_was_written_past_tocsin_is_found(engine: Engine, tmp_path: Path) -> None:
    with unit_of_work(engine) as connection:
        connection.execute(update(tables.api_keys).values(scopes=["reports", "form"]))
        connection.execute(update(tables.publisher_keys).values(public_key="ab" * 32))
    assert looked(engine, PublishersWatch(tmp_path / KEY_FILE)) == ["altered", "altered"]


def test_where_there_is_no_key_yet_none_is_made(engine: Engine, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere" / KEY_FILE
    assert looked(engine, PublishersWatch(elsewhere)) == []
    assert not elsewhere.exists()
