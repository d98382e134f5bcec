"""Tables of those who publish: their keys, what they sent, what waits its turn, and drafts of the form."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    text,
)

from tocsin.store.tables.columns import Serial, Time, metadata

publishers = Table(
    "publishers",
    metadata,
    Column("publisher_id", String(64), primary_key=True),
    Column("acts_for", JSON, nullable=False),  # other mechanisms and seats in whose name it may record actions
    Column("added_at", Time, nullable=False),
    Column("added_by", String(64), nullable=False),
    Column("ended_at", Time),
    Column("kafka_user", String(64)),  # who it is to the broker; null: it comes by the HTTP intake
    Column("seal", String(64), nullable=False),
)
publisher_keys = Table(
    "publisher_keys",
    metadata,
    Column("key_id", String(64), primary_key=True),
    Column("publisher_id", String(64), nullable=False, index=True),
    Column("public_key", String(64), nullable=False, unique=True),  # Ed25519, hexadecimal
    Column("valid_from", Time, nullable=False),
    Column("valid_to", Time),
    Column("revoked_at", Time),
    Column("added_by", String(64), nullable=False),
    Column("seal", String(64), nullable=False),
)
signature_sequences = Table(
    "signature_sequences",
    metadata,
    Column("key_id", String(64), nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),  # of the signed octets
    PrimaryKeyConstraint("key_id", "sequence"),
)
api_keys = Table(
    "api_keys",
    metadata,
    Column("key_id", String(32), primary_key=True),  # the public prefix
    Column("publisher_id", String(64), nullable=False, index=True),
    Column("secret_digest", String(64), nullable=False),
    Column("scopes", JSON, nullable=False),  # store.api_keys.Scope
    Column("networks", JSON, nullable=False),  # CIDR; empty: from anywhere
    Column("created_at", Time, nullable=False),
    Column("expires_at", Time, nullable=False),
    Column("revoked_at", Time),
    Column("last_used_at", Time),  # to the hour; not sealed
    Column("added_by", String(64), nullable=False),
    Column("seal", String(64), nullable=False),
)
refusals = Table(
    "refusals",
    metadata,
    Column("topic", String(100), nullable=False),
    Column("partition", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("publisher_id", String(64), nullable=False, index=True),
    Column("problems", JSON, nullable=False),  # [[code, path, sentence], …]
    Column("refused_at", Time, nullable=False),
    PrimaryKeyConstraint("topic", "partition", "offset"),
)
idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("publisher_id", String(64), nullable=False),
    Column("key_digest", String(64), nullable=False),
    Column("request_digest", String(64), nullable=False),
    Column("receipt", String(200)),  # null until the broker has the event
    Column("created_at", Time, nullable=False, index=True),
    PrimaryKeyConstraint("publisher_id", "key_digest"),
)
parked_reports = Table(
    "parked_reports",
    metadata,
    Column("parked_id", Serial, primary_key=True),
    Column("topic", String(100), nullable=False),
    Column("partition", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("publisher_id", String(64), nullable=False),
    Column("report_id", String(36), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("priority", String(2), nullable=False),  # by the report alone
    Column("wrapped_key", LargeBinary),  # a key for this message alone; null when it had its turn, or was erased
    Column("sealed", LargeBinary),
    Column("parked_at", Time, nullable=False),
    Column("released_at", Time),
    Column("outcome", String(40)),  # what the resolver made of it then
    UniqueConstraint("topic", "partition", "offset"),
)
_WAITS = text("released_at IS NULL")
Index(
    "parked_reports_waiting",
    parked_reports.c.publisher_id,
    parked_reports.c.priority,
    parked_reports.c.parked_id,
    parked_reports.c.parked_at,
    sqlite_where=_WAITS,
    postgresql_where=_WAITS,
)
Index("parked_reports_of_report", parked_reports.c.report_id, sqlite_where=_WAITS, postgresql_where=_WAITS)
early_withdrawals = Table(
    "early_withdrawals",
    metadata,
    Column("report_id", String(36), primary_key=True),  # nobody knew the report when its withdrawal came
    Column("revision", Integer, nullable=False),  # of the withdrawal; the highest, if there were several
    Column("received_at", Time, nullable=False),
)
allowances = Table(
    "allowances",
    metadata,
    Column("publisher_id", String(64), nullable=False),
    Column("priority", String(2), nullable=False),
    Column("tokens", Double, nullable=False),  # reports that may be taken at once
    Column("updated_at", Time, nullable=False),
    PrimaryKeyConstraint("publisher_id", "priority"),
)
drafts = Table(
    "drafts",
    metadata,
    Column("draft_id", String(32), primary_key=True),  # also the subject under which its content is sealed
    Column("publisher_id", String(64), nullable=False, index=True),
    Column("code_digest", String(64), nullable=False, unique=True),  # what whoever resumes it types
    Column("language", String(3), nullable=False),
    Column("step", String(20), nullable=False),
    Column("created_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
    Column("expires_at", Time, nullable=False, index=True),
    Column("sent_at", Time),
    Column("receipt", String(200)),
)
intake_sessions = Table(
    "intake_sessions",
    metadata,
    Column("session_digest", String(64), primary_key=True),
    Column("key_id", String(32), nullable=False),  # the API key that opened it
    Column("created_at", Time, nullable=False),
    Column("last_seen_at", Time, nullable=False),
    Column("expires_at", Time, nullable=False),
    Column("ended_at", Time),
)
