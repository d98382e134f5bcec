"""Who may change the directory. Their rows are sealed: one that was written past Tocsin does not count."""

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, String, func, select, type_coerce

from tocsin.domain.identifiers import Identities
from tocsin.store.auditing import audit
from tocsin.store.database import insert_if_absent
from tocsin.store.tables import administrators
from tocsin.store.tables import audit as audit_table

CHAIN = "directory"
"""The chain of the audit log that tells all that was done to the directory."""
ADDED, REVOKED = "administrator-added", "administrator-revoked"
FIRST_TWO = "first-two"
_TIMES = ("valid_from", "valid_to")
_ALL = select(*(type_coerce(c, String).label(c.name) if c.name in _TIMES else c for c in administrators.c)).order_by(
    administrators.c.key_id
)
"""Times as text: an altered row may hold anything."""


class Unappointable(ValueError):
    """An administrator cannot be added or revoked so; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Administrator:
    key_id: str
    public_key: str
    valid_from: datetime
    valid_to: datetime | None
    added_by: str

    def in_force(self, at: datetime) -> bool:
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


def load(connection: Connection, identities: Identities) -> dict[str, Administrator]:
    """All of them by id, those no longer in force too; a row that was altered is none."""
    found = {row.key_id: _read(row, identities) for row in connection.execute(_ALL)}
    return {key_id: person for key_id, person in found.items() if person is not None}


def altered(connection: Connection, identities: Identities) -> list[str]:
    """The ids of rows that are not as Tocsin wrote them."""
    return [str(row.key_id) for row in connection.execute(_ALL) if _read(row, identities) is None]


def are_complete(connection: Connection) -> bool:
    """Whether the first two were added; from then on every change needs two. A deleted row opens nothing."""
    in_log = select(func.count()).where(audit_table.c.chain == CHAIN, audit_table.c.action == ADDED)
    in_table = select(func.count()).select_from(administrators)
    return max(connection.execute(query).scalar_one() for query in (in_log, in_table)) >= 2


def add_first(connection: Connection, identities: Identities, key_id: str, public_key: str, now: datetime) -> None:
    """Add one of the first two, with nobody's approval. Raises Unappointable."""
    if are_complete(connection):
        raise Unappointable("second-person-required")
    add(connection, identities, key_id, public_key, FIRST_TWO, now)
    audit.append(connection, CHAIN, ADDED, key_id, {"by": FIRST_TWO, "public_key": public_key}, now)


def add(
    connection: Connection, identities: Identities, key_id: str, public_key: str, added_by: str, now: datetime
) -> None:
    """Raises Unappointable if the id or the key is taken: one key must not stand for two persons."""
    person = Administrator(key_id, public_key, now, None, added_by)
    if not insert_if_absent(connection, administrators, **asdict(person), seal=_seal(identities, person)):
        raise Unappointable("administrator-exists")


def revoke(connection: Connection, identities: Identities, key_id: str, since: datetime) -> None:
    """End the validity; what was signed from ``since`` on counts no longer. Raises Unappointable."""
    person = load(connection, identities).get(key_id)
    if person is None or person.valid_to is not None:
        raise Unappointable("administrator-unknown")
    ended = replace(person, valid_to=since)
    changed = {"valid_to": since, "seal": _seal(identities, ended)}
    connection.execute(administrators.update().where(administrators.c.key_id == key_id).values(**changed))


def _read(row: Row[Any], identities: Identities) -> Administrator | None:
    try:
        ends = None if row.valid_to is None else datetime.fromisoformat(row.valid_to)
        starts = datetime.fromisoformat(row.valid_from)
        person = Administrator(row.key_id, row.public_key, starts, ends, row.added_by)
        return person if row.seal == _seal(identities, person) else None
    except (ValueError, TypeError):
        return None


def _seal(identities: Identities, person: Administrator) -> str:
    times = (_iso(person.valid_from), _iso(person.valid_to))
    parts = ("directory-administrator.1", person.key_id, person.public_key, *times, person.added_by)
    return identities.digest("\x1f".join(parts).encode())


def _iso(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(UTC).isoformat(timespec="microseconds")
