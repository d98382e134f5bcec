"""The tables of what each person was shown, so that it can be called back."""

from sqlalchemy import JSON, Column, ForeignKey, Integer, PrimaryKeyConstraint, String, Table

from tocsin.store.tables.columns import Time, metadata

disclosures = Table(
    "disclosures",
    metadata,
    Column("delivery_id", String(32), ForeignKey("deliveries.delivery_id"), nullable=False),
    Column("attempt", Integer, nullable=False),  # a later attempt may say more, or less
    Column("report_id", String(36), nullable=False, index=True),
    Column("alert_id", String(32), nullable=False),
    Column("case_id", String(32), nullable=False, index=True),
    Column("recipient_id", String(32), nullable=False),
    Column("level", String(2), nullable=False),
    Column("fields", JSON, nullable=False),  # names of the claim's fields, never their values
    Column("told_at", Time, nullable=False),
    PrimaryKeyConstraint("delivery_id", "attempt", "report_id"),
)
