"""What people decide alone of how they are told. Each row has a seal that only this deployment's key can make.

A row whose seal is broken counts as none: then the entry that two administrators have approved holds alone. Operators
hear of it from the auditor, which verifies the directory as a whole.
"""

from collections.abc import Sequence
from datetime import datetime
from hmac import compare_digest
from typing import Any

from sqlalchemy import Connection, bindparam, select

from tocsin.domain.identifiers import Identities
from tocsin.store.directory.seals import canonical
from tocsin.store.tables.wishes import preferences
from tocsin_schemas.directory import Preferences

_SEAL = b"preferences.1\x1f"
_NONE = Preferences()
_ALL = select(preferences.c.recipient_id, preferences.c.wishes, preferences.c.changed_at, preferences.c.seal)
_ONE = _ALL.where(preferences.c.recipient_id == bindparam("r"))


def read(connection: Connection, identities: Identities) -> dict[str, Preferences]:
    """What everybody wishes, by recipient's id; who wishes nothing of their own is absent."""
    return {row.recipient_id: found for row in connection.execute(_ALL) if (found := _opened(identities, row))}


def of(connection: Connection, identities: Identities, recipient_id: str) -> Preferences:
    """What one person wishes."""
    row = connection.execute(_ONE, {"r": recipient_id}).first()
    return (None if row is None else _opened(identities, row)) or _NONE


def altered(connection: Connection, identities: Identities) -> list[str]:
    """By recipient's id, the rows whose seal is broken."""
    return sorted(row.recipient_id for row in connection.execute(_ALL) if not _is_sealed(identities, row))


def keep(
    connection: Connection, identities: Identities, recipient_id: str, wishes: Preferences, now: datetime
) -> Sequence[str]:
    """What the person wishes from now on; returns the names of what differs from before. Lock the person first."""
    before = of(connection, identities, recipient_id)
    differing = [name for name in Preferences.model_fields if getattr(before, name) != getattr(wishes, name)]
    if not differing:
        return []
    content = dumped(wishes)
    connection.execute(preferences.delete().where(preferences.c.recipient_id == recipient_id))
    row = {"recipient_id": recipient_id, "wishes": content, "changed_at": now}
    connection.execute(preferences.insert(), row | {"seal": _seal(identities, recipient_id, content, now)})
    return differing


def dumped(wishes: Preferences) -> dict[str, Any]:
    """As it is kept. Nothing of it is a name or an address."""
    return wishes.model_dump(mode="json", exclude_defaults=True)


def _opened(identities: Identities, row: Any) -> Preferences | None:
    if not _is_sealed(identities, row):
        return None
    try:
        return Preferences.model_validate(row.wishes, strict=False)
    except ValueError:  # of another version of Tocsin
        return None


def _is_sealed(identities: Identities, row: Any) -> bool:
    return compare_digest(row.seal, _seal(identities, row.recipient_id, row.wishes, row.changed_at))


def _seal(identities: Identities, recipient_id: str, content: object, at: datetime) -> str:
    return identities.digest(_SEAL + canonical([recipient_id, content, at]))
