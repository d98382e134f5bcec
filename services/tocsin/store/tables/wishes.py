"""The tables of what recipients decide alone: how they are told, and of which cases they hear more, or less."""

from sqlalchemy import JSON, Boolean, Column, PrimaryKeyConstraint, String, Table

from tocsin.store.tables.columns import Time, metadata

preferences = Table(
    "preferences",
    metadata,
    Column("recipient_id", String(32), primary_key=True),
    Column("wishes", JSON, nullable=False),  # tocsin_schemas.directory.Preferences
    Column("changed_at", Time, nullable=False),
    Column("seal", String(64), nullable=False),  # keyed digest over all of the above
)
subscriptions = Table(
    "subscriptions",
    metadata,
    Column("alert_id", String(32), nullable=False),
    Column("recipient_id", String(32), nullable=False, index=True),
    Column("follows", Boolean, nullable=False),  # false: not even what others are told of by mail
    Column("changed_at", Time, nullable=False),
    PrimaryKeyConstraint("alert_id", "recipient_id"),
)
