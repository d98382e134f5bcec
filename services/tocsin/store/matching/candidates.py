"""The index of candidates: which reports share a hashed key, and how common each key is."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import BindParameter, Connection, bindparam, delete, func, select, update

from tocsin.store.tables import blocking_keys, key_frequencies

_WANTED: BindParameter[str] = bindparam("keys", expanding=True)
_FREQUENCIES = select(key_frequencies.c.key, key_frequencies.c.reports).where(key_frequencies.c.key.in_(_WANTED))
_POSTINGS = (
    select(blocking_keys.c.key, func.aggregate_strings(blocking_keys.c.report_id, ","))
    .where(blocking_keys.c.key.in_(_WANTED))
    .group_by(blocking_keys.c.key)
)  # one row for each key: a list of four hundred ids would cost more as rows
_SOME = select(blocking_keys.c.report_id).where(blocking_keys.c.key == bindparam("k")).limit(bindparam("number"))
_KEYS_OF = select(blocking_keys.c.key).where(blocking_keys.c.report_id == bindparam("r"))
_REMOVE = delete(blocking_keys).where(blocking_keys.c.report_id == bindparam("r"))
_FEWER = (
    update(key_frequencies).where(key_frequencies.c.key == bindparam("k")).values(reports=key_frequencies.c.reports - 1)
)


_ADD = "INSERT INTO blocking_keys (key, report_id, kind) VALUES ({0}, {0}, {0})"
_MORE = (
    "INSERT INTO key_frequencies (key, reports) VALUES ({0}, 1) "
    "ON CONFLICT (key) DO UPDATE SET reports = key_frequencies.reports + 1"
)
_MARK = {"sqlite": "?", "postgresql": "%s"}


@dataclass(frozen=True, slots=True, order=True)
class HashedKey:
    """A candidate key as it is stored: nobody can read its value back."""

    key: str
    kind: str


def frequencies(connection: Connection, keys: Collection[str]) -> dict[str, int]:
    """How many reports have each key; a key that none has is absent."""
    return {key: number for key, number in connection.execute(_FREQUENCIES, {"keys": list(keys)}) if number > 0}


def postings(connection: Connection, keys: Collection[str]) -> dict[str, list[str]]:
    """The reports that have each key. The keys must be locked before (see ``database.lock_keys``)."""
    if not keys:
        return {}
    return {key: ids.split(",") for key, ids in connection.execute(_POSTINGS, {"keys": list(keys)})}


def some(connection: Connection, key: str, number: int) -> list[str]:
    """Some of the reports that have a common key."""
    return list(connection.execute(_SOME, {"k": key, "number": number}).scalars())


def keys_of(connection: Connection, report_id: str) -> list[str]:
    return list(connection.execute(_KEYS_OF, {"r": report_id}).scalars())


def add(connection: Connection, report_id: str, keys: Iterable[HashedKey]) -> None:
    """Let the report be found by these keys, which must be locked.

    Written in the driver's own SQL: compiled for each of some eighty rows, it would take twice the time.
    """
    rows = [(k.key, report_id, k.kind) for k in sorted(keys)]
    if rows:
        mark = _MARK[connection.dialect.name]
        connection.exec_driver_sql(_ADD.format(mark), rows)
        connection.exec_driver_sql(_MORE.format(mark), [row[:1] for row in rows])


def remove(connection: Connection, report_id: str) -> None:
    """Let the report be found no more."""
    rows = [{"k": key} for key in sorted(keys_of(connection, report_id))]
    if rows:
        connection.execute(_REMOVE, {"r": report_id})
        connection.execute(_FEWER, rows)
