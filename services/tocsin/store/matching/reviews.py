"""What waits for a person: doubtful matches, and cases of which nobody was told ("silence is a bug")."""

import hashlib
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, Update, bindparam, func, or_, select, update

from tocsin.store.database import insert_if_absent
from tocsin.store.tables import alerts, reviews
from tocsin.store.tables.columns import least

KINDS = (
    "possible_duplicate",
    "matching_incomplete",
    "component_alarm",
    "unrouted",
    "certainty",
    "isolated_message",
    "directory_altered",
    "unanswered",
    "answer_questioned",
    "directory_outdated",
    "action_unmatched",
    "emblematic_suggested",
    "emblematic_review",
    "due_failed",
    "delivery_unknown",
    "undelivered",
    "drill_unanswered",
    "reply_received",
    "recipient_away",
    "mail_stopped",
    "recipient_suppressed",
    "certificate_expiring",
    "sign_in_refused",
    "digest_unwanted",
    "replies_remain",
    "reply_unconfirmed",
    "withdrawal_refused",
)
OF_PAIRS = ("possible_duplicate", "component_alarm")
"""Kinds that ask whether two cases are one."""
_OPEN = reviews.c.resolved_at.is_(None)
_RESOLVED: dict[str, BindParameter[Any]] = {"resolved_at": bindparam("at"), "resolved_by": bindparam("by")}
_RESOLVE_PAIR = (
    update(reviews)
    .where(
        _OPEN,
        or_(*(reviews.c.kind == kind for kind in OF_PAIRS)),
        or_(
            (reviews.c.case_id == bindparam("c")) & (reviews.c.other_case_id == bindparam("o")),
            (reviews.c.case_id == bindparam("o")) & (reviews.c.other_case_id == bindparam("c")),
        ),
    )
    .values(_RESOLVED)
)
SERVICES = ("dispatcher", "resolver", "mailer")
"""Who resolves a review without having looked: what it asked about was no longer so."""
_OPEN_AGAIN = (
    update(reviews)
    .where(reviews.c.review_id == bindparam("r"), reviews.c.resolved_at.is_not(None))
    .values(resolved_at=None, resolved_by=None)
    .execution_options(preserve_rowcount=True)
)
_IF_UNSEEN = _OPEN_AGAIN.where(reviews.c.resolved_by.in_(SERVICES))
UNKNOWN = "P9"
"""Comes after every priority."""


def _of_case(case_id: ColumnElement[Any]) -> ColumnElement[str]:
    here = (alerts.c.case_id == case_id, alerts.c.state.in_(("held", "raised")))
    urgent = select(func.min(alerts.c.priority)).where(*here).correlate(reviews).scalar_subquery()
    return func.coalesce(urgent, UNKNOWN)


PRIORITY = least(_of_case(reviews.c.case_id), _of_case(reviews.c.other_case_id))
"""Of a review: the most urgent of the open alerts of its cases; ``UNKNOWN`` without any."""


def request(
    connection: Connection, kind: str, reason: str, now: datetime, case_id: str | None = None, other: str | None = None
) -> bool:
    """Queue a review, once; what a person has resolved stays so. Tells whether it is new in the queue.

    kind: one of ``KINDS``. reason: coded, without names.
    """
    return _request(connection, _IF_UNSEEN, kind, reason, now, case_id, other)


def request_again(connection: Connection, kind: str, reason: str, now: datetime, case_id: str, other: str) -> bool:
    """As ``request``, and opens one that a person had resolved, for what resolved it no longer holds."""
    return _request(connection, _OPEN_AGAIN, kind, reason, now, case_id, other)


def request_of(
    connection: Connection, kind: str, subject: str, reason: str, now: datetime, case_id: str | None
) -> bool:
    """As ``request``, once for each subject of a case: an alert, an action. A person who resolved one is asked again.

    subject: an id. reason: of what is asked again it is the newer one.
    """
    row = {"kind": kind, "case_id": case_id, "other_case_id": None, "reason": reason[:500], "created_at": now}
    review_id = _id_of(kind, subject)
    if insert_if_absent(connection, reviews, review_id=review_id, **row):
        return True
    return connection.execute(_OPEN_AGAIN.values(reason=row["reason"]), {"r": review_id}).rowcount == 1


def open_of(connection: Connection, kind: str, subjects: Collection[str]) -> set[str]:
    """Those of the subjects of which a review of this kind waits for a person."""
    ids = {_id_of(kind, subject): subject for subject in subjects}
    query = select(reviews.c.review_id).where(reviews.c.review_id.in_(list(ids)), _OPEN)
    return {ids[review_id] for review_id in connection.execute(query).scalars()}


def resolve_of(connection: Connection, kind: str, subject: str, by: str, now: datetime) -> None:
    """Close the open review of this kind on one subject."""
    where = (reviews.c.review_id == _id_of(kind, subject), _OPEN)
    connection.execute(update(reviews).where(*where).values(resolved_at=now, resolved_by=by))


def resolve(connection: Connection, kind: str, case_id: str, by: str, now: datetime) -> None:
    """Close the open reviews of this kind on a case."""
    connection.execute(
        update(reviews)
        .where(reviews.c.kind == kind, reviews.c.case_id == case_id, reviews.c.resolved_at.is_(None))
        .values(resolved_at=now, resolved_by=by)
    )


def resolve_pairs(connection: Connection, pairs: Collection[tuple[str, str]], by: str, now: datetime) -> None:
    """Close the reviews that ask whether these pairs of cases are one."""
    rows = [{"c": case_id, "o": other, "at": now, "by": by} for case_id, other in sorted(pairs)]
    if rows:
        connection.execute(_RESOLVE_PAIR, rows)


def open_counts(connection: Connection) -> dict[str, int]:
    query = (
        select(reviews.c.kind, func.count().label("number"))
        .where(reviews.c.resolved_at.is_(None))
        .group_by(reviews.c.kind)
    )
    return {row.kind: row.number for row in connection.execute(query)}


def _id_of(kind: str, subject: str) -> str:
    return hashlib.sha256(f"{kind}\x1fof {subject}".encode()).hexdigest()[:32]


def _request(
    connection: Connection,
    reopen: Update,
    kind: str,
    reason: str,
    now: datetime,
    case_id: str | None,
    other: str | None,
) -> bool:
    payload = "\x1f".join((kind, case_id or "", other or "", reason if case_id is None else ""))
    review_id = hashlib.sha256(payload.encode()).hexdigest()[:32]
    row = {"kind": kind, "case_id": case_id, "other_case_id": other, "reason": reason[:500], "created_at": now}
    if insert_if_absent(connection, reviews, review_id=review_id, **row):
        return True
    return connection.execute(reopen, {"r": review_id}).rowcount == 1
