"""The tables of accountability: the audit log, what audits found, and when they came to their end."""

from sqlalchemy import JSON, BigInteger, Column, Index, PrimaryKeyConstraint, String, Table

from tocsin.store.tables.columns import Time, metadata

audit = Table(
    "audit",
    metadata,
    Column(
        "chain", String(40), nullable=False
    ),  # one chain for each service, so that writers do not wait for each other
    Column("seq", BigInteger, nullable=False),
    Column("at", Time, nullable=False),
    Column("action", String(60), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("detail", JSON, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    PrimaryKeyConstraint("chain", "seq"),
)
Index("audit_by_time", audit.c.at, audit.c.chain, audit.c.seq)
Index("audit_by_action", audit.c.action, audit.c.at)
Index("audit_by_subject", audit.c.subject, postgresql_ops={"subject": "varchar_pattern_ops"})  # by how it begins
audit_findings = Table(
    "audit_findings",
    metadata,
    Column("finding_id", String(32), primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("detail", String(500), nullable=False),
    Column("found_at", Time, nullable=False),
    Column("cleared_at", Time),
)
_STANDS = audit_findings.c.cleared_at.is_(None)
Index("audit_findings_standing", audit_findings.c.found_at, sqlite_where=_STANDS, postgresql_where=_STANDS)
audits = Table(
    "audits",
    metadata,
    Column("kind", String(20), primary_key=True),  # store.audits.Kind
    Column("finished_at", Time, nullable=False),  # the last of its kind
)
