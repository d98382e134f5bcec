"""Tables of what was read from topics, and of what is to be published."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
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

processed_messages = Table(
    "processed_messages",
    metadata,
    Column("consumer", String(40), nullable=False),
    Column("topic", String(100), nullable=False),
    Column("partition", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("event_id", String(256)),  # null for a repeat, so that the pair below stays unique
    Column("outcome", String(40), nullable=False),  # the service's word for what it did: joined, opened, repeat, …
    Column("processed_at", Time, nullable=False),
    PrimaryKeyConstraint("consumer", "topic", "partition", "offset"),
    UniqueConstraint("consumer", "event_id"),
)
_DEAD = text("outcome = 'dead-letter'")
_PLACE = (processed_messages.c[name] for name in ("topic", "partition", "offset"))
Index("processed_dead_letters", *_PLACE, sqlite_where=_DEAD, postgresql_where=_DEAD)

watermarks = Table(
    "watermarks",
    metadata,
    Column("consumer", String(40), nullable=False),
    Column("topic", String(100), nullable=False),
    Column("partition", Integer, nullable=False),
    Column("next_offset", BigInteger, nullable=False),  # everything below is done or predates the deployment
    PrimaryKeyConstraint("consumer", "topic", "partition"),
)

failures = Table(
    "failures",
    metadata,
    Column("consumer", String(40), nullable=False),
    Column("topic", String(100), nullable=False),
    Column("partition", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("deaths", Integer, nullable=False),  # processes that this message has ended
    Column("reason", String(200), nullable=False),
    Column("last_at", Time, nullable=False),
    PrimaryKeyConstraint("consumer", "topic", "partition", "offset"),
)

rereads = Table(
    "rereads",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("consumer", String(40), nullable=False),
    Column("topic", String(100), nullable=False),
    Column("partition", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("requested_at", Time, nullable=False),
    Column("done_at", Time),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("event_id", String(64), nullable=False, unique=True),
    Column("topic", String(100), nullable=False),
    Column("key", String(200), nullable=False),
    Column("headers", JSON, nullable=False),  # [[name, value], …]
    Column("body", LargeBinary, nullable=False),
    Column("sealed_for", String(64)),  # subject of the vault key, if the body is sealed
    Column("created_at", Time, nullable=False),
    Column("published_at", Time),
)
Index(
    "outbox_unpublished",
    outbox.c.id,
    sqlite_where=outbox.c.published_at.is_(None),
    postgresql_where=outbox.c.published_at.is_(None),
)

LETTERS = text("topic = 'tocsin.dead-letters.v1'")
Index("outbox_dead_letters", outbox.c.id, sqlite_where=LETTERS, postgresql_where=LETTERS)
