"""The tables of routing and alerts."""

from sqlalchemy import JSON, Column, Index, Integer, String, Table, UniqueConstraint, text

from tocsin.store.tables.columns import Serial, Time, metadata

routing_decisions = Table(
    "routing_decisions",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("case_id", String(32), nullable=False, index=True),
    Column("case_revision", Integer, nullable=False),
    Column("mechanism", String(64), nullable=False),
    Column("mandate", String(64), nullable=False),
    Column("outcome", String(10), nullable=False),  # route, refusal
    Column("rule", String(64), nullable=False),
    Column("detail", String(500), nullable=False),
    Column("knowledge_version", String(64), nullable=False),
    Column("decided_at", Time, nullable=False),
)

alerts = Table(
    "alerts",
    metadata,
    Column("alert_id", String(32), primary_key=True),
    Column("case_id", String(32), nullable=False, index=True),
    Column("mechanism", String(64), nullable=False),
    Column("mandate", String(64), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("round", Integer, nullable=False),  # 0 for the first mail, +1 with each update that notifies
    Column("state", String(10), nullable=False),  # raised, held, closed
    Column("priority", String(2), nullable=False),
    Column("level", String(2), nullable=False),
    Column("rule", String(64), nullable=False),
    Column("detail", String(500), nullable=False),
    Column("recipients", JSON, nullable=False),
    Column("hold_reason", String(20)),
    Column("release_at", Time, index=True),
    Column("reply_by", Time),
    Column("raised_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
    UniqueConstraint("case_id", "mandate"),
)
_RAISED = text("state = 'raised'")
Index("alerts_by_state", alerts.c.state)
Index("alerts_of_case", alerts.c.case_id, alerts.c.state, alerts.c.priority)
Index("alerts_of_mandate", alerts.c.mandate, alerts.c.state, alerts.c.priority, alerts.c.reply_by, alerts.c.alert_id)
_URGENCY = (alerts.c.priority, alerts.c.reply_by, alerts.c.alert_id)
Index("alerts_raised", *_URGENCY, sqlite_where=_RAISED, postgresql_where=_RAISED)
