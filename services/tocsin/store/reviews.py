"""What waits for a person: doubtful matches, and cases of which nobody was told ("silence is a bug")."""

import hashlib
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from tocsin.store.database import insert_if_absent
from tocsin.store.tables import reviews

KINDS = ("possible_duplicate", "unrouted", "certainty", "isolated_message")


def request(
    connection: Connection, kind: str, reason: str, now: datetime, case_id: str | None = None, other: str | None = None
) -> bool:
    """Queue a review; the same one is queued once.

    kind: one of ``KINDS``. reason: coded, without names.
    """
    payload = "\x1f".join((kind, case_id or "", other or "", reason if case_id is None else ""))
    review_id = hashlib.sha256(payload.encode()).hexdigest()[:32]
    return insert_if_absent(
        connection,
        reviews,
        review_id=review_id,
        kind=kind,
        case_id=case_id,
        other_case_id=other,
        reason=reason[:500],
        created_at=now,
    )


def resolve(connection: Connection, kind: str, case_id: str, by: str, now: datetime) -> None:
    """Close the open reviews of this kind on a case."""
    connection.execute(
        update(reviews)
        .where(reviews.c.kind == kind, reviews.c.case_id == case_id, reviews.c.resolved_at.is_(None))
        .values(resolved_at=now, resolved_by=by)
    )


def open_counts(connection: Connection) -> dict[str, int]:
    query = (
        select(reviews.c.kind, func.count().label("number"))
        .where(reviews.c.resolved_at.is_(None))
        .group_by(reviews.c.kind)
    )
    return {row.kind: row.number for row in connection.execute(query)}
