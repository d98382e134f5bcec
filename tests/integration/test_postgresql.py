"""The production database: the same migrations, the same locks."""

from collections.abc import Callable

import pytest
from sqlalchemy import inspect

from tocsin.store.database import insert_if_absent, lock_keys, open_database, unit_of_work
from tocsin.store.migrate import upgrade
from tocsin.store.tables import metadata, watermarks

pytestmark = pytest.mark.postgresql


def test_the_migrations_make_every_table_in_a_database_of_its_own(postgresql: Callable[[], str]) -> None:
    url, other = postgresql(), postgresql()
    upgrade(url)
    for address, expected in ((url, set(metadata.tables)), (other, set())):
        engine = open_database(address)
        assert set(inspect(engine).get_table_names()) - {"alembic_version"} == expected
        engine.dispose()


def test_a_row_is_inserted_once_under_its_locks(postgresql: Callable[[], str]) -> None:
    url = postgresql()
    upgrade(url)
    engine = open_database(url)
    row = {"consumer": "resolver", "topic": "t", "partition": 0, "next_offset": 0}
    with unit_of_work(engine) as connection:
        lock_keys(connection, ["ff" * 8, "00" * 8])
        assert insert_if_absent(connection, watermarks, **row)
        assert not insert_if_absent(connection, watermarks, **row)
    engine.dispose()
