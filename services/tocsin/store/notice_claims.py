"""Notices of directory changes in the hands of a sender. A claim is durable before anything leaves the host."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from tocsin.store.directory_notices import FIRST, Notice, NoticeState
from tocsin.store.tables import notices

_NOTICES = select(*(notices.c[name] for name in Notice.__dataclass_fields__)).order_by(
    FIRST, notices.c.changed_at, notices.c.notice_id
)
_OLDEST = _NOTICES.where(notices.c.state == NoticeState.WAITING.value).limit(1).with_for_update(skip_locked=True)
_CLAIM = update(notices).where(notices.c.notice_id == bindparam("n"))
_CLAIMED = notices.c.state == NoticeState.CLAIMED.value


def claim(connection: Connection, now: datetime) -> Notice | None:
    """Take a code to sign in, or else the oldest of those that wait. Commit before sending."""
    row = connection.execute(_OLDEST).first()
    if row is None:
        return None
    values = {"n": row.notice_id, "state": NoticeState.CLAIMED.value, "updated_at": now}
    connection.execute(_CLAIM, values)
    return Notice(**row._asdict())


def in_doubt(connection: Connection, before: datetime, limit: int = 100) -> list[Notice]:
    """Claimed before ``before``, and it is not known whether they left."""
    query = _NOTICES.where(_CLAIMED, notices.c.updated_at <= before).limit(limit)
    return [Notice(**row._asdict()) for row in connection.execute(query)]
