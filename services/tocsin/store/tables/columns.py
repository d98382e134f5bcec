"""What tables are made of: the catalogue, and column types that behave alike on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, BindParameter, Integer, MetaData, String, TypeDecorator, bindparam
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

metadata = MetaData()
Serial = BigInteger().with_variant(Integer, "sqlite")


class Time(TypeDecorator[datetime]):
    """An aware datetime, kept as sortable UTC text."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> str | None:
        return None if value is None else value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: Any | None, _dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


def constant(value: str) -> BindParameter[str]:
    """Written into the statement, so that the index of just those rows is always of use. value: none from outside."""
    return bindparam(None, value, literal_execute=True)


class days_between(FunctionElement[int]):  # noqa: N801 - as a function of SQL
    """From a first day to a later one, both as ISO text."""

    inherit_cache = True
    type = Integer()


@compiles(days_between)
def _days_between(element: days_between, compiler: Any, **over: Any) -> str:
    first, later = (compiler.process(day, **over) for day in element.clauses)
    return f"(CAST({later} AS DATE) - CAST({first} AS DATE))"


@compiles(days_between, "sqlite")
def _days_between_on_sqlite(element: days_between, compiler: Any, **over: Any) -> str:
    first, later = (compiler.process(day, **over) for day in element.clauses)
    return f"CAST(julianday({later}) - julianday({first}) AS INTEGER)"


class least(FunctionElement[str]):  # noqa: N801 - as SQL writes it
    """The first of several texts, none of which may be null."""

    inherit_cache = True
    type = String()


@compiles(least)
def _least(element: least, compiler: Any, **over: Any) -> str:
    return f"least({compiler.process(element.clauses, **over)})"


@compiles(least, "sqlite")
def _least_on_sqlite(element: least, compiler: Any, **over: Any) -> str:
    return f"min({compiler.process(element.clauses, **over)})"
