"""The tables of reports and cases."""

from sqlalchemy import JSON, Column, Index, Integer, String, Table

from tocsin.store.tables.columns import Time, metadata

reports = Table(
    "reports",
    metadata,
    Column("report_id", String(36), primary_key=True),
    Column("publisher", String(64), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("content_digest", String(64), nullable=False),
    Column("claim", JSON, nullable=False),  # domain.claims.Claim
    Column("case_id", String(32), nullable=False, index=True),
    Column("accepted_at", Time, nullable=False, index=True),
    Column("placed_at", Time),  # since when it is tied to its neighbours, if that is not since its acceptance
    Column("withdrawn_at", Time),
)
_WITHDRAWN = reports.c.withdrawn_at.is_not(None)
Index("reports_withdrawn", reports.c.withdrawn_at, sqlite_where=_WITHDRAWN, postgresql_where=_WITHDRAWN)

cases = Table(
    "cases",
    metadata,
    Column("case_id", String(32), primary_key=True),
    Column("reference", String(12), nullable=False, unique=True),
    Column("founding_report_id", String(36), nullable=False, index=True),
    Column("revision", Integer, nullable=False),
    Column("state", String(10), nullable=False),  # open, closed, merged
    Column("countries", JSON, nullable=False),
    Column("violations", JSON, nullable=False),
    Column("opened_at", Time, nullable=False, index=True),
    Column("updated_at", Time, nullable=False),
    Column("redirects_to", String(32), index=True),  # the case that it became one with, never another redirect
)
