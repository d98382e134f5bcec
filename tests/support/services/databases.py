"""Databases for tests: an empty one with the real migrations, a deployment, and the messages of a topic."""

import sqlite3
from collections.abc import Callable, Hashable
from contextlib import closing
from copy import deepcopy
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, event

from tocsin.runtime.stream import Message
from tocsin.store.database import open_database, unit_of_work
from tocsin.store.deployment import Deployment, load_deployment
from tocsin.store.migrate import upgrade
from tocsin_schemas.events import encode_headers

Made = TypeVar("Made")
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def a_database(folder: Path) -> Engine:
    """Migrated once in a session, and copied: ``test_migrations`` holds that the migrations give the tables."""
    (folder / "tocsin.db").write_bytes(_migrated())
    return _open(folder)


def a_seeded_database(
    folder: Path, name: Hashable, seed: Callable[[Connection, Deployment], Made]
) -> tuple[Engine, Deployment, Made]:
    """A database and its deployment after ``seed``, which runs once in a session for each ``name``, and is copied.

    A folder that has a deployment's key already is seeded anew: its key is not the copy's.
    """
    if (folder / "deployment.key").exists():
        engine, deployment = a_database(folder), a_deployment(folder)
        with unit_of_work(engine) as connection:
            return engine, deployment, seed(connection, deployment)
    if name not in _seeds:
        _seeds[name] = _seed(seed)
    database, key, made = _seeds[name]
    return *thawed(folder, (database, key)), deepcopy(made)


_seeds: dict[Hashable, tuple[bytes, bytes, Any]] = {}


def _seed(seed: Callable[[Connection, Deployment], object]) -> tuple[bytes, bytes, object]:
    with TemporaryDirectory() as home:
        folder = Path(home)
        engine, deployment = a_database(folder), a_deployment(folder)
        with unit_of_work(engine) as connection:
            made = seed(connection, deployment)
        return *frozen(folder, engine), made


def frozen(folder: Path, engine: Engine) -> tuple[bytes, bytes]:
    """A whole deployment, its database and its key, to be thawed in other folders."""
    engine.dispose()
    return _bytes_of(folder / "tocsin.db"), (folder / "deployment.key").read_bytes()


def thawed(folder: Path, kept: tuple[bytes, bytes]) -> tuple[Engine, Deployment]:
    (folder / "tocsin.db").write_bytes(kept[0])
    (folder / "deployment.key").write_bytes(kept[1])
    (folder / "deployment.key").chmod(0o600)
    return _open(folder), a_deployment(folder)


def _open(folder: Path) -> Engine:
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
        upgrade(f"sqlite:///{file}")
        return _bytes_of(file)


def _bytes_of(database: Path) -> bytes:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return database.read_bytes()


def a_deployment(folder: Path) -> Deployment:
    return load_deployment(folder / "deployment.key")


def a_message(
    body: bytes, offset: int = 0, event_type: str = "report.submitted", topic: str = "tocsin.reports.v1", **over: str
) -> Message:
    """A CloudEvent in binary mode as it comes from the broker. ``over``: event_id."""
    headers = tuple(encode_headers(over.get("event_id", f"event-{offset}"), event_type, "/tests", NOW))
    return Message(topic, 0, offset, b"key", body, headers, NOW)
