"""The tables of following: actions, replies, recommendations, due times, and what people decided of a case."""

from sqlalchemy import JSON, Column, Index, Integer, PrimaryKeyConstraint, String, Table

from tocsin.store.tables.columns import Serial, Time, metadata

due_times = Table(
    "due_times",
    metadata,
    Column("due_id", String(32), primary_key=True),  # keyed hash of kind, subject and step
    Column("kind", String(24), nullable=False),  # store.due_times.Kind
    Column("case_id", String(32), index=True),  # null: a recommendation that concerns no case
    Column("subject", String(64), nullable=False, index=True),  # alert, action, recommendation, decision or case
    Column("about", String(64), nullable=False),  # mandate or mechanism, or ""
    Column("step", Integer, nullable=False),
    Column("due_at", Time, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("attempts", Integer, nullable=False),  # that failed
    Column("tried_at", Time),
    Column("try_at", Time),  # not again before
    Column("fired_at", Time),
    Column("cancelled_at", Time),
    Column("hastened_at", Time),  # brought forward
    Column("hastened_because", String(20)),  # tocsin_schemas.alerts.EscalationCause
    Column("outcome", String(40)),
)
_WAITING = due_times.c.fired_at.is_(None) & due_times.c.cancelled_at.is_(None)
Index("due_times_waiting", due_times.c.due_at, sqlite_where=_WAITING, postgresql_where=_WAITING)
acknowledgements = Table(
    "acknowledgements",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("alert_id", String(32), nullable=False, index=True),
    Column("priority", String(2), nullable=False),  # a more urgent alert must be answered again
    Column("recipient_id", String(32)),  # null: a mechanism that acted
    Column("acknowledged_at", Time, nullable=False),
    Column("revoked_at", Time),  # the person took it back
)
recalls = Table(
    "recalls",
    metadata,
    Column("delivery_id", String(32), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("report_id", String(36), nullable=False),
    Column("recalled_at", Time, nullable=False),
    PrimaryKeyConstraint("delivery_id", "attempt", "report_id"),
)
actions = Table(
    "actions",
    metadata,
    Column("action_id", String(32), primary_key=True),  # keyed hash of the content
    Column("state", String(12), nullable=False),  # domain.following.acting.ActionState
    Column("mechanism", String(64), nullable=False),
    Column("action", String(40), nullable=False),
    Column("signatories", JSON, nullable=False),  # or, of a plan, those who join; in whose name its sender may speak
    Column("named", JSON, nullable=False, server_default="[]"),  # others who are said to
    Column("states", JSON, nullable=False),
    Column("case_id", String(32), index=True),  # null: no case was found for what the event calls its case
    Column("report_id", String(36), index=True),  # what it would be if the event names the publisher's own reference
    Column("planned_for", String(10)),
    Column("taken_on", String(10), index=True),
    Column("reply_due", String(10)),
    Column("embargo_until", Time),
    Column("recorded_at", Time, nullable=False, index=True),
    Column("received_at", Time, nullable=False),
)
action_references = Table(
    "action_references",
    metadata,
    Column("reference_key", String(32), nullable=False),  # keyed hash, by which replies are found
    Column("action_id", String(32), nullable=False),
    PrimaryKeyConstraint("reference_key", "action_id"),
)
replies = Table(
    "replies",
    metadata,
    Column("reply_id", String(32), primary_key=True),
    Column("action_id", String(32), index=True),  # null: no letter has this reference yet
    Column("reference_key", String(32), nullable=False, index=True),
    Column("case_id", String(32), index=True),
    Column("country", String(3), nullable=False),
    Column("replied_on", String(10), nullable=False),
    Column("quality", String(12), nullable=False),
    Column("received_at", Time, nullable=False),
    Column("said_by", JSON(none_as_null=True)),  # the mechanisms in whose name its sender may speak; null: ourselves
)
recommendations = Table(
    "recommendations",
    metadata,
    Column("recommendation_id", String(32), primary_key=True),
    Column("mechanism", String(64), nullable=False),
    Column("country", String(3), nullable=False),
    Column("case_id", String(32), index=True),
    Column("report_id", String(36), index=True),
    Column("themes", JSON, nullable=False),
    Column("made_on", String(10), nullable=False, index=True),
    Column("due_on", String(10)),
    Column("received_at", Time, nullable=False),
    Column("settled_at", Time),
    Column("settled_by", String(64)),
)
case_decisions = Table(
    "case_decisions",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("case_id", String(32), nullable=False, index=True),
    Column("kind", String(10), nullable=False),  # label, priority
    Column("value", String(20), nullable=False),  # emblematic; P3
    Column("judged", String(2)),  # of a lowered priority: what the facts gave at that time
    Column("decided_by", String(64), nullable=False),
    Column("reason", String(300), nullable=False),  # empty: it is sealed (store.labels)
    Column("decided_at", Time, nullable=False),
    Column("ended_at", Time),
    Column("ended_by", String(64)),
)
