"""What each publisher may still send at once: token buckets in the database, the same for every worker."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from tocsin.domain.fairness import Level, Waiting, full
from tocsin.store.database import insert_if_absent
from tocsin.store.tables import allowances
from tocsin_schemas.fairness import Share
from tocsin_schemas.vocabulary import Priority

_ATTEMPTS = 3
_ONE = (allowances.c.publisher_id == bindparam("p"), allowances.c.priority == bindparam("of"))
_LEVEL = select(allowances.c.tokens, allowances.c.updated_at).where(*_ONE)
_LEVELS = select(allowances).where(allowances.c.publisher_id.in_(bindparam("of", expanding=True)))
_CHANGE = (
    update(allowances)
    .where(*_ONE, allowances.c.tokens == bindparam("was"), allowances.c.updated_at == bindparam("then"))
    .values(tokens=bindparam("tokens"), updated_at=bindparam("now"))
)


def take(connection: Connection, publisher_id: str, share: Share, now: datetime) -> bool:
    """Take a token of this publisher and priority; False if there is none.

    Two workers never take the same one: the second finds another level, and looks again.
    """
    for _ in range(_ATTEMPTS):
        row = connection.execute(_LEVEL, {"p": publisher_id, "of": share.priority}).one_or_none()
        known = None if row is None else Level(row.tokens, row.updated_at)
        level = (known or full(share, now)).refilled(share, now)
        left = level.taken()
        if left is None and known is not None and known.at <= now:
            return False  # and nothing to note: the same follows from what is noted
        if _note(connection, publisher_id, share, known, left or level):
            return left is not None
    return False


def entitled(connection: Connection, waiting: Waiting, shares: Mapping[Priority, Share], now: datetime) -> Waiting:
    """Those of the flows that wait which have a token left."""
    rows = connection.execute(_LEVELS, {"of": list(waiting)})
    levels = {(row.publisher_id, row.priority): Level(row.tokens, row.updated_at) for row in rows}

    def has_token(publisher: str, priority: Priority) -> bool:
        known = levels.get((publisher, priority.value))
        return known is None or known.refilled(shares[priority], now).tokens >= 1.0

    found = {name: frozenset(p for p in priorities if has_token(name, p)) for name, priorities in waiting.items()}
    return {name: priorities for name, priorities in found.items() if priorities}


def _note(connection: Connection, publisher_id: str, share: Share, known: Level | None, level: Level) -> bool:
    """Tells whether nobody else has noted another level meanwhile."""
    new = {"tokens": level.tokens, "updated_at": level.at}
    if known is None:
        row = {"publisher_id": publisher_id, "priority": share.priority.value, **new}
        return insert_if_absent(connection, allowances, **row)
    asked = {"p": publisher_id, "of": share.priority.value, "was": known.tokens, "then": known.at}
    return connection.execute(_CHANGE, {**asked, "tokens": level.tokens, "now": level.at}).rowcount == 1
