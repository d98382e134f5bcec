"""Databases for tests: an empty one with the real migrations, a deployment, and the messages of a topic."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, event

from tocsin.runtime.stream import Message
from tocsin.store.database import open_database
from tocsin.store.deployment import Deployment, load_deployment
from tocsin.store.migrate import upgrade
from tocsin_schemas.events import encode_headers

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def a_database(folder: Path) -> Engine:
    """Migrated once in a session, and copied: ``test_migrations`` holds that the migrations give the tables."""
    (folder / "tocsin.db").write_bytes(_migrated())
    engine = open_database(f"sqlite:///{folder / 'tocsin.db'}")
    event.listen(engine, "connect", _do_not_wait_for_the_disk)
    return engine


def _do_not_wait_for_the_disk(connection: sqlite3.Connection, _record: object) -> None:
    """No test here cuts the power; the storms, which kill processes, open their databases as the services do."""
    connection.execute("PRAGMA synchronous=OFF")


@cache
def _migrated() -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "tocsin.db"
        url = f"sqlite:///{file}"
        upgrade(url)
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return file.read_bytes()


def a_deployment(folder: Path) -> Deployment:
    return load_deployment(folder / "deployment.key")


def a_message(
    body: bytes, offset: int = 0, event_type: str = "report.submitted", topic: str = "tocsin.reports.v1", **over: str
) -> Message:
    """A CloudEvent in binary mode as it comes from the broker. ``over``: event_id."""
    headers = tuple(encode_headers(over.get("event_id", f"event-{offset}"), event_type, "/tests", NOW))
    return Message(topic, 0, offset, b"key", body, headers, NOW)
