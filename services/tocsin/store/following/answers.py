"""What States answered, and what was recommended to them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from tocsin.store.database import insert_if_absent
from tocsin.store.tables import recommendations, replies
from tocsin_schemas.vocabulary import ReplyQuality

_UNTIED = select(replies).where(
    replies.c.reference_key.in_(bindparam("keys", expanding=True)), replies.c.action_id.is_(None)
)
_TIE = update(replies).where(replies.c.reply_id == bindparam("r")).values(action_id=bindparam("a"))
_SETTLE = (
    update(recommendations)
    .where(recommendations.c.recommendation_id == bindparam("r"), recommendations.c.settled_at.is_(None))
    .values(settled_at=bindparam("at"), settled_by=bindparam("by"))
    .execution_options(preserve_rowcount=True)
)


@dataclass(frozen=True, slots=True)
class Reply:
    """reference_key: keyed hash of the reference that it answers. action_id: None if it is tied to no letter.

    said_by: the mechanisms in whose name its sender may speak; None: ourselves, who may in everybody's.
    """

    reply_id: str
    action_id: str | None
    reference_key: str
    case_id: str | None
    country: str
    replied_on: date
    quality: ReplyQuality
    said_by: frozenset[str] | None

    def may_answer(self, mechanism: str) -> bool:
        """Whether what it says of a letter of this mechanism counts by itself."""
        return self.said_by is None or mechanism in self.said_by


@dataclass(frozen=True, slots=True)
class Recommendation:
    """due_on: the last day; None if nothing says when it should be done."""

    recommendation_id: str
    mechanism: str
    country: str
    case_id: str | None
    report_id: str | None
    themes: Sequence[str]
    made_on: date
    due_on: date | None
    settled_at: datetime | None = None


def add_reply(connection: Connection, reply: Reply, now: datetime) -> bool:
    """Tells whether it is new."""
    return insert_if_absent(
        connection,
        replies,
        reply_id=reply.reply_id,
        action_id=reply.action_id,
        reference_key=reply.reference_key,
        case_id=reply.case_id,
        country=reply.country,
        replied_on=reply.replied_on.isoformat(),
        quality=reply.quality.value,
        said_by=None if reply.said_by is None else sorted(reply.said_by),
        received_at=now,
    )


def find_reply(connection: Connection, prefix: str) -> list[Reply]:
    """Those whose id begins so; at most two are read."""
    wanted = replies.c.reply_id.startswith(prefix.lower(), autoescape=True)
    return [_reply(row) for row in connection.execute(select(replies).where(wanted).limit(2))]


def untied(connection: Connection, reference_keys: Sequence[str]) -> list[Reply]:
    """Replies to these references that no letter has yet, the earliest first."""
    rows = connection.execute(_UNTIED.order_by(replies.c.replied_on), {"keys": list(reference_keys)})
    return [_reply(row) for row in rows]


def to_actions(connection: Connection, action_ids: Collection[str]) -> list[Reply]:
    """The replies to these letters, the earliest first."""
    query = select(replies).where(replies.c.action_id.in_(list(action_ids))).order_by(replies.c.replied_on)
    return [_reply(row) for row in connection.execute(query)]


def tie(connection: Connection, reply_id: str, action_id: str) -> None:
    connection.execute(_TIE, {"r": reply_id, "a": action_id})


def add_recommendation(connection: Connection, made: Recommendation, now: datetime) -> bool:
    """Tells whether it is new."""
    return insert_if_absent(
        connection,
        recommendations,
        recommendation_id=made.recommendation_id,
        mechanism=made.mechanism,
        country=made.country,
        case_id=made.case_id,
        report_id=made.report_id,
        themes=list(made.themes),
        made_on=made.made_on.isoformat(),
        due_on=made.due_on.isoformat() if made.due_on else None,
        received_at=now,
    )


def recommendation(connection: Connection, recommendation_id: str) -> Recommendation | None:
    query = select(*_MADE).where(recommendations.c.recommendation_id == recommendation_id)
    row = connection.execute(query).mappings().first()
    return None if row is None else _recommendation(dict(row))


def open_recommendations(connection: Connection) -> list[Recommendation]:
    """Those that nobody has said were followed, the first due first."""
    query = select(*_MADE).where(recommendations.c.settled_at.is_(None))
    order = (recommendations.c.due_on.is_(None), recommendations.c.due_on, recommendations.c.recommendation_id)
    return [_recommendation(dict(row)) for row in connection.execute(query.order_by(*order)).mappings()]


def settle(connection: Connection, recommendation_id: str, by: str, now: datetime) -> bool:
    """A recommendation was followed; tells whether it was open."""
    return connection.execute(_SETTLE, {"r": recommendation_id, "at": now, "by": by}).rowcount == 1


def _reply(row: Any) -> Reply:
    return Reply(
        row.reply_id,
        row.action_id,
        row.reference_key,
        row.case_id,
        row.country,
        date.fromisoformat(row.replied_on),
        ReplyQuality(row.quality),
        None if row.said_by is None else frozenset(row.said_by),
    )


def _recommendation(row: dict[str, Any]) -> Recommendation:
    due = date.fromisoformat(row["due_on"]) if row["due_on"] else None
    return Recommendation(**row | {"made_on": date.fromisoformat(row["made_on"]), "due_on": due})


_MADE = [recommendations.c[field] for field in Recommendation.__dataclass_fields__]
