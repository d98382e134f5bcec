"""Those who publish: their keys, what was refused, what waits its turn, and drafts of the form."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TABLES = (
    "publishers",
    "publisher_keys",
    "signature_sequences",
    "api_keys",
    "refusals",
    "idempotency_keys",
    "parked_reports",
    "allowances",
    "drafts",
    "intake_sessions",
)


def upgrade() -> None:
    _make_publishers()
    _make_what_was_answered()
    _make_what_waits()
    _make_form()


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)


def _make_publishers() -> None:
    op.create_table(
        "publishers",
        sa.Column("publisher_id", sa.String(length=64), nullable=False),
        sa.Column("acts_for", sa.JSON(), nullable=False),
        sa.Column("added_at", sa.String(length=32), nullable=False),
        sa.Column("added_by", sa.String(length=64), nullable=False),
        sa.Column("ended_at", sa.String(length=32), nullable=True),
        sa.Column("kafka_user", sa.String(length=64), nullable=True),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("publisher_id"),
    )
    op.create_table(
        "publisher_keys",
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("publisher_id", sa.String(length=64), nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("valid_from", sa.String(length=32), nullable=False),
        sa.Column("valid_to", sa.String(length=32), nullable=True),
        sa.Column("revoked_at", sa.String(length=32), nullable=True),
        sa.Column("added_by", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("key_id"),
        sa.UniqueConstraint("public_key"),
    )
    op.create_index(op.f("ix_publisher_keys_publisher_id"), "publisher_keys", ["publisher_id"], unique=False)
    op.create_table(
        "signature_sequences",
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("key_id", "sequence"),
    )
    op.create_table(
        "api_keys",
        sa.Column("key_id", sa.String(length=32), nullable=False),
        sa.Column("publisher_id", sa.String(length=64), nullable=False),
        sa.Column("secret_digest", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("networks", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("expires_at", sa.String(length=32), nullable=False),
        sa.Column("revoked_at", sa.String(length=32), nullable=True),
        sa.Column("last_used_at", sa.String(length=32), nullable=True),
        sa.Column("added_by", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("key_id"),
    )
    op.create_index(op.f("ix_api_keys_publisher_id"), "api_keys", ["publisher_id"], unique=False)


def _make_what_was_answered() -> None:
    op.create_table(
        "refusals",
        sa.Column("topic", sa.String(length=100), nullable=False),
        sa.Column("partition", sa.Integer(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("publisher_id", sa.String(length=64), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("refused_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("topic", "partition", "offset"),
    )
    op.create_index(op.f("ix_refusals_publisher_id"), "refusals", ["publisher_id"], unique=False)
    op.create_table(
        "idempotency_keys",
        sa.Column("publisher_id", sa.String(length=64), nullable=False),
        sa.Column("key_digest", sa.String(length=64), nullable=False),
        sa.Column("request_digest", sa.String(length=64), nullable=False),
        sa.Column("receipt", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("publisher_id", "key_digest"),
    )
    op.create_index(op.f("ix_idempotency_keys_created_at"), "idempotency_keys", ["created_at"], unique=False)


def _make_what_waits() -> None:
    op.create_table(
        "parked_reports",
        sa.Column("parked_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("topic", sa.String(length=100), nullable=False),
        sa.Column("partition", sa.Integer(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("publisher_id", sa.String(length=64), nullable=False),
        sa.Column("report_id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("priority", sa.String(length=2), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("parked_at", sa.String(length=32), nullable=False),
        sa.Column("released_at", sa.String(length=32), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("parked_id"),
        sa.UniqueConstraint("topic", "partition", "offset"),
    )
    waiting = sa.text("released_at IS NULL")
    for name, columns in (
        ("parked_reports_waiting", ["publisher_id", "priority", "parked_id", "parked_at"]),
        ("parked_reports_of_report", ["report_id"]),
    ):
        op.create_index(name, "parked_reports", columns, unique=False, sqlite_where=waiting, postgresql_where=waiting)
    op.create_table(
        "allowances",
        sa.Column("publisher_id", sa.String(length=64), nullable=False),
        sa.Column("priority", sa.String(length=2), nullable=False),
        sa.Column("tokens", sa.Double(), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("publisher_id", "priority"),
    )


def _make_form() -> None:
    op.create_table(
        "drafts",
        sa.Column("draft_id", sa.String(length=32), nullable=False),
        sa.Column("publisher_id", sa.String(length=64), nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=3), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.Column("expires_at", sa.String(length=32), nullable=False),
        sa.Column("sent_at", sa.String(length=32), nullable=True),
        sa.Column("receipt", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("draft_id"),
        sa.UniqueConstraint("code_digest"),
    )
    op.create_index(op.f("ix_drafts_publisher_id"), "drafts", ["publisher_id"], unique=False)
    op.create_index(op.f("ix_drafts_expires_at"), "drafts", ["expires_at"], unique=False)
    op.create_table(
        "intake_sessions",
        sa.Column("session_digest", sa.String(length=64), nullable=False),
        sa.Column("key_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("last_seen_at", sa.String(length=32), nullable=False),
        sa.Column("expires_at", sa.String(length=32), nullable=False),
        sa.Column("ended_at", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("session_digest"),
    )
