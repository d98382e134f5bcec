"""Rows on their way into the tables: by COPY on PostgreSQL, by many at once elsewhere."""

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import JSON, Connection, Table, text

from tocsin.store.tables.columns import Time, metadata

_AT_ONCE = 20_000
_Row = dict[str, Any]
_As = Callable[[Any], Any]
_PATIENT = ("statement_timeout", "idle_in_transaction_session_timeout")


class Rows:
    """Gathers rows by table, and writes all when those of one are many. What a row does not say is null."""

    def __init__(self, connection: Connection) -> None:
        self._connection, self._waiting = connection, dict[Table, list[_Row]]()

    def add(self, table: Table, **row: Any) -> None:
        waiting = self._waiting.setdefault(table, [])
        waiting.append(row)
        if len(waiting) >= _AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """In the order in which tables refer to each other."""
        for table in [table for table in metadata.sorted_tables if self._waiting.get(table)]:
            self._write(table)

    def _write(self, table: Table) -> None:
        rows = self._waiting.pop(table)
        if self._connection.dialect.name == "postgresql":
            self._copy(table, rows)
        else:
            names = [column.name for column in _written(table, rows)]
            self._connection.execute(table.insert(), [{name: row.get(name) for name in names} for row in rows])

    def _copy(self, table: Table, rows: list[_Row]) -> None:
        columns = _written(table, rows)
        ways = [(column.name, _way(column.type, self._connection)) for column in columns]
        names = ", ".join(f'"{column.name}"' for column in columns)
        driver: Any = self._connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row([None if (value := row.get(name)) is None else as_(value) for name, as_ in ways])


def _written(table: Table, rows: list[_Row]) -> list[Any]:
    """The columns that any row fills; a number of its own the database gives."""
    filled = {name for row in rows for name in row}
    return [column for column in table.columns if column.name in filled]


def _way(kind: Any, connection: Connection) -> _As:
    if isinstance(kind, JSON):
        return lambda value: json.dumps(value, ensure_ascii=False)
    if isinstance(kind, Time):
        return lambda value: kind.process_bind_param(value, connection.dialect)
    return lambda value: value


def unhurried(connection: Connection) -> None:
    """This transaction may take its time."""
    if connection.dialect.name == "postgresql":
        for setting in _PATIENT:
            connection.execute(text(f"SET LOCAL {setting} = 0"))
