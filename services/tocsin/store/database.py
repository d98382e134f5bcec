"""The database: one engine, one unit of work, the same code on SQLite and PostgreSQL."""

import fcntl
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Engine, Insert, Table, create_engine, event, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000", "foreign_keys=ON", "secure_delete=ON")

_SETTINGS = (
    "statement_timeout=30000",
    "lock_timeout=20000",
    "idle_in_transaction_session_timeout=60000",
)


def open_database(url: str) -> Engine:
    """An engine for ``url``. Nothing connects until the first use.

    url: ``sqlite:///…`` or ``postgresql+psycopg://…``.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(url)
    options = " ".join(f"-c {setting}" for setting in _SETTINGS)
    return create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 5, "options": options})


def _open_sqlite(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we begin transactions ourselves; see _begin
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(
            "BEGIN" if connection.get_execution_options().get("read_only") else "BEGIN IMMEDIATE"
        )

    return engine


@contextmanager
def unit_of_work(engine: Engine) -> Iterator[Connection]:
    """One transaction: everything in it becomes true together, or nothing does."""
    with _turn_to_write(engine), engine.begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A read-only view that waits for no writer."""
    with engine.connect().execution_options(read_only=True) as connection, connection.begin():
        yield connection


def plan_for_values(connection: Connection) -> None:
    """Have PostgreSQL plan each further statement of this transaction for the values that it is given.

    For what is asked of periods: four days and four years want different plans. Elsewhere planning anew costs more than
    it gives.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_custom_plan")


def answers(engine: Engine) -> bool:
    """Whether the database can be read and holds our tables."""
    try:
        with reading(engine) as connection:
            return connection.execute(text("SELECT 1 FROM alembic_version")).first() is not None
    except SQLAlchemyError:
        return False


def _turn_to_write(engine: Engine) -> AbstractContextManager[None]:
    """SQLite's own busy handler sleeps and starves; a blocking file lock hands the turn over at once.

    All who wait for a file lock are woken together. So that a process with many threads does not get the turn many
    times as often as the others, only one of its threads at a time waits there.
    """
    if engine.dialect.name != "sqlite" or engine.url.database in (None, "", ":memory:"):
        return nullcontext()
    return _file_turn(Path(f"{engine.url.database}.turn"))


@contextmanager
def _file_turn(path: Path) -> Iterator[None]:
    with _among_threads(path), path.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@cache
def _among_threads(path: Path) -> threading.Lock:
    del path  # one for each
    return threading.Lock()


def insert_if_absent(connection: Connection, table: Table, **values: Any) -> bool:
    """Insert a row unless a unique key forbids it; tells whether it was inserted.

    On PostgreSQL this waits for another transaction that is inserting the same key.
    """
    return connection.execute(_insert_if_absent(connection.dialect.name, table), values).rowcount == 1


def insert_each_if_absent(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """As ``insert_if_absent``, of several rows, which whoever inserts some of them gives in the same order."""
    if rows:
        connection.execute(_insert_if_absent(connection.dialect.name, table), list(rows))


@cache
def _insert_if_absent(dialect_name: str, table: Table) -> Insert:
    """Built once for each table: building it costs more than running it."""
    dialect = postgresql if dialect_name == "postgresql" else sqlite
    statement: Insert = dialect.insert(table).on_conflict_do_nothing()
    return statement.execution_options(preserve_rowcount=True)  # else psycopg's count of an INSERT is -1


def values(connection: Connection, column: Column[str]) -> list[str]:
    """Every value of a column that leads an index, in order: one step in the index for each, however often it is."""
    found = select(func.min(column).label("value")).cte("found", recursive=True)
    further = select(func.min(column)).where(column > found.c.value).scalar_subquery()
    found = found.union_all(select(further).where(found.c.value.is_not(None)))
    return list(connection.execute(select(found.c.value).where(found.c.value.is_not(None))).scalars())


def lock_keys(connection: Connection, keys: Iterable[str]) -> None:
    """Hold every key until the transaction ends, always in the same order, so that two workers cannot deadlock.

    keys: hexadecimal, at least 64 bits. SQLite needs nothing: it has one writer.
    Must be a statement of its own before the rows it protects are read (READ COMMITTED takes a fresh snapshot then).
    """
    if connection.dialect.name != "postgresql":
        return
    numbers = sorted({int(key[:16], 16) - (1 << 63) for key in keys})
    if numbers:
        connection.execute(_LOCK, {"keys": numbers})


_LOCK = text("SELECT pg_advisory_xact_lock(k) FROM unnest(cast(:keys AS bigint[])) AS k")


def try_lock(connection: Connection, key: str) -> bool:
    """As ``lock_keys`` for one key, without waiting; tells whether it is held now."""
    if connection.dialect.name != "postgresql":
        return True
    return bool(connection.execute(_TRY_LOCK, {"key": int(key[:16], 16) - (1 << 63)}).scalar_one())


_TRY_LOCK = text("SELECT pg_try_advisory_xact_lock(:key)")
