"""Notices of directory changes in the hands of a sender. A claim is durable before anything leaves the host."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from tocsin.store.directory.notices import FIRST, SIGN_IN, Notice, NoticeState
from tocsin.store.tables import notices

_NOTICES = select(*(notices.c[name] for name in Notice.__dataclass_fields__)).order_by(
    FIRST, notices.c.changed_at, notices.c.notice_id
)
_OLDEST = _NOTICES.where(notices.c.state == NoticeState.WAITING.value).limit(1).with_for_update(skip_locked=True)
_CLAIM = update(notices).where(notices.c.notice_id == bindparam("n"))
_CLAIMED = notices.c.state == NoticeState.CLAIMED.value


def claim(connection: Connection, now: datetime, but: Collection[str] = (), only_codes: bool = False) -> Notice | None:
    """Take a code to sign in, or else the oldest of those that wait. Commit before sending.

    but: ids of those that are put off.
    """
    query = _OLDEST.where(notices.c.kind == SIGN_IN) if only_codes else _OLDEST
    row = connection.execute(query.where(notices.c.notice_id.not_in(list(but)))).first()
    if row is None:
        return None
    values = {"n": row.notice_id, "state": NoticeState.CLAIMED.value, "updated_at": now}
    connection.execute(_CLAIM, values)
    return Notice(**row._asdict())


def in_doubt(connection: Connection, before: datetime, limit: int = 100) -> list[Notice]:
    """Claimed before ``before``, and it is not known whether they left."""
    query = _NOTICES.where(_CLAIMED, notices.c.updated_at <= before).limit(limit)
    return [Notice(**row._asdict()) for row in connection.execute(query)]
