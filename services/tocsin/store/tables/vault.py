"""The tables of the vault."""

from sqlalchemy import Column, LargeBinary, PrimaryKeyConstraint, String, Table

from tocsin.store.tables.columns import Time, metadata

sealing_keys = Table(
    "sealing_keys",
    metadata,
    Column("subject", String(64), primary_key=True),  # report id, recipient id or dead-letter event id
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("created_at", Time, nullable=False),
)

sealed_contents = Table(
    "sealed_contents",
    metadata,
    Column("subject", String(64), nullable=False),
    Column("part", String(40), nullable=False),  # "revision-1", "address", …
    Column("ciphertext", LargeBinary, nullable=False),  # nonce and AES-256-GCM output
    PrimaryKeyConstraint("subject", "part"),
)
